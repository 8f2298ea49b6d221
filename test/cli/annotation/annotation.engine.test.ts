import { beforeAll, expect, test } from 'vitest'
import { command } from '../../support/command.ts'
import { testService, type TestService } from '../../support/service.ts'

let service: TestService
const run = (...words: string[]) => command(['annotation', ...words], { DRIFTGAUGE_URL: service.url })

beforeAll(async () => {
  service = await testService()
  await service.call('POST', '/models', { name: 'flights', task: 'binary', features: {} })
})

test('an annotation is added once, listed and removed', async () => {
  const add = ['add', 'Release 7 \u001b[2J', '--kind', 'deployment', '--model', 'flights', '--from', '2026-01-31T17:05:00Z', '--external-id', 'b7', '--by', 'ci'] // prettier-ignore
  const first = await run(...add)
  expect([first.code, first.stderr]).toEqual([0, ''])
  const [, id] = /^Annotation ([0-9a-f]{12}) at 2026-01-31T17:05:00.000Z\.\n$/.exec(first.stdout)!
  expect((await run(...add)).stdout, 'the same again').toBe(first.stdout)
  const { stdout } = await run('list', '--model', 'flights', '--from', '2026-01-31')
  expect(stdout).toMatch(new RegExp(`^id +from \\(UTC\\) +kind +model +text +by\\n${id} +2026-01-31 17:05 +deployment +flights +Release 7 .* +ci\\n$`)) // prettier-ignore
  expect(stdout).not.toContain('\u001b')
  expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject([{ id, external_id: 'b7' }])
  expect((await run('list', '--to', '2026-01-01')).stdout).toBe('No annotations.\n')
  expect((await run('remove', id)).stdout).toBe(`Annotation ${id} removed.\n`)
  expect((await run('list')).stdout).toBe('No annotations.\n')
})

test('what is wrong is said, with the exit code of wrong usage', async () => {
  for (const [words, message] of [
    [['add', 'x', '--kind', 'party'], /Allowed choices are deployment, holiday, incident, note/],
    [['add', 'x', '--model', 'nobody'], /there is no model "nobody"/],
    [['add', 'x', '--link', 'javascript:x'], /a link must start with https/],
    [['remove', 'x'], /12 hexadecimal digits/],
    [['remove', 'abcdefabcdef'], /There is no annotation abcdefabcdef/],
  ] as const) {
    const { code, stdout, stderr } = await run(...words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  }
})
