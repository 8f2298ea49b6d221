import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand, runService } from '../support/child.ts'
import { ask } from '../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** What other users may read, write or enter. */
function open(data: string): string[] {
  const inside = readdirSync(data, { recursive: true, encoding: 'utf8' })
  expect(inside.length).toBeGreaterThan(10)
  return ['', ...inside].filter((name) => {
    const found = statSync(join(data, name), { throwIfNoEntry: false })
    return found !== undefined && (found.mode & 0o077) !== 0
  })
}

test('what a service writes is for its user alone, also where the directory was there before', async () => {
  const data = join(directory, 'service')
  mkdirSync(join(data, 'spool'), { recursive: true })
  for (const path of [data, join(data, 'spool')]) chmodSync(path, 0o755)
  const service = runService({ DRIFTGAUGE_DATA: data })
  const url = await service.url
  const send = (path: string, type: string, body: string) =>
    ask(`${url}/api/v1${path}`, { method: 'POST', headers: { 'content-type': type }, body })
  const model = { name: 'm', task: 'binary', features: { a: 'numeric' } }
  expect((await send('/models', 'application/json', JSON.stringify(model))).status).toBe(201)
  const row = { id: 'a', ts: 1767600000000, features: { a: 1 }, prediction: 1, score: 0.5 }
  await send('/models/m/predictions', 'application/json', JSON.stringify([row]))
  expect((await send('/models/m/baselines', 'text/csv', 'a,prediction,score\n1,1,0.5\n')).status).toBe(201)
  expect(open(data)).toEqual([])
  service.process.kill('SIGTERM')
  expect((await service.ended).stderr).not.toMatch(/"level":[45]0/)
})

test('what a command writes that opens the data directory itself is, too', async () => {
  const data = join(directory, 'command')
  expect((await runCommand({ DRIFTGAUGE_DATA: data }, 'silence', 'list').ended).code).toBe(0)
  expect(open(data)).toEqual([])
})
