import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { atEnd } from '../support/runner/at-end.ts'
import { command } from '../support/command.ts'
import { testService, type TestService } from '../support/service.ts'

const TS = Date.UTC(2026, 0, 5)
let service: TestService
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
atEnd(() => rmSync(directory, { recursive: true, force: true }))
beforeAll(async () => {
  service = await testService()
  await service.call('POST', '/models', { name: 'shop', task: 'binary', features: {} })
  const sent = Array.from({ length: 10 }, (_, i) => ({ id: `p ${i}`, ts: TS, prediction: 'yes' }))
  await service.call('POST', '/models/shop/predictions', sent)
})

const erase = (...line: string[]) =>
  command(['erase', 'shop', ...line], { DRIFTGAUGE_DATA: service.directory })

test('a dry run says what would be deleted', async () => {
  const { code, stdout } = await erase('--id', 'p 1', '--id', 'nobody', '--dry-run')
  expect(code).toBe(0)
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'shop: nothing was deleted. For these 2 ids, --yes would delete:',
    '  predictions     1',
  ])
  expect(stdout).toContain('Nothing is stored under 1 of the ids.')
})

test('ids are read from a file, one a line, and sent in batches', async () => {
  const file = join(directory, 'ids.txt')
  const others = Array.from({ length: 6_000 }, (_, i) => `other ${i}`)
  writeFileSync(file, ['\ufeffp 1', 'p 1', '', ...others, 'p 2\r\n'].join('\n'))
  const { code, stdout } = await erase('--file', file, '--yes', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ dry_run: false, ids: 6_002, not_found: 6_000, predictions: 2, recounted_hours: ['2026-01-05T00:00:00.000Z'] }) // prettier-ignore
  const again = await erase('--id', 'p 1', '--yes')
  expect(again.stdout).toContain('shop: deleted for 1 ids:\n  predictions     0')
})

test.each([
  [['--id', 'p 3'], 'Give --dry-run to count what would be deleted, or --yes to delete it.'],
  [['--yes'], 'Give the ids with --id, or a file of ids with --file.'],
  [['--yes', '--file', '/nowhere/ids.txt'], 'Cannot read /nowhere/ids.txt'],
  [['--yes', '--file', '/dev/null'], '/dev/null contains no ids.'],
])('with %j it says what is missing, and deletes nothing', async (line, message) => {
  const { code, stderr } = await erase(...line)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  const { stdout } = await erase('--id', 'p 3', '--dry-run')
  expect(stdout).toContain('predictions     1')
})
