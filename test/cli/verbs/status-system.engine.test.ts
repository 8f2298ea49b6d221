import { expect, test } from 'vitest'
import { describeSelf } from '../../../api/system/self.ts'
import { writeProcess } from '../../../control/operation/processes.ts'
import { command } from '../../support/command.ts'
import { testService } from '../../support/service.ts'

test('of the service itself says what is wrong and what to do, and each part in a line', async () => {
  const service = await testService(undefined, {}, ['ingest', 'api'])
  const system = (...options: string[]) =>
    command(['status', '--system', ...options], { DRIFTGAUGE_URL: service.url })
  // No process has the role that evaluates.
  const { code, stdout } = await system()
  expect(code).toBe(1)
  expect(stdout).toMatch(/^✖ No running process evaluates/)
  expect(stdout).toContain('Start a process with the role "detect".')
  for (const line of [/^ClickHouse +up, \d/m, /^control database +up, SQLite/m, /^free disk +default \d/m])
    expect(stdout).toMatch(line)
  expect(JSON.parse((await system('--json')).stdout)).toMatchObject({ state: 'critical' })

  const scheduler = { active: true, last: null, next_at: new Date().toISOString() }
  const report = { ...describeSelf('1', () => new Date(), ['detect']).report(), scheduler }
  await writeProcess(service.store.control, 'worker', report)
  const well = await system()
  expect([well.code, well.stdout]).toEqual([0, expect.stringMatching(/^✓ No problems found\./)])
})
