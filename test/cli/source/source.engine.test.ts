/** `driftgauge source …` on a folder, with no service running. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { command, type Outcome } from '../../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-source-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const folder = join(directory, 'scores')

const environment = {
  DRIFTGAUGE_DATA: join(directory, 'data'),
  DRIFTGAUGE_SOURCE_FOLDERS: folder,
  LOG_LEVEL: 'silent',
}
const driftgauge = (...line: string[]) => command(line, environment)
const words = (line: string) => driftgauge(...line.split(' '))
const printed = ({ code, stdout, stderr }: Outcome) => {
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

const DECLARED = `models:
  - { name: shop, task: binary, features: { price: numeric } }
sources:
  - { name: nightly, model: shop, folder: { path: ${folder} }, match: '**/*.csv' }
  - { name: outside, model: shop, folder: { path: ${directory} } }
`
const HEADER = 'id,ts,score,price\n'
const rows = (prefix: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${prefix}${i},${new Date(Date.now() - 3_600_000).toISOString()},0.4,${i}\n`).join('') // prettier-ignore
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
  // Long enough ago not to be taken for a file that is still written.
  const changed = (Date.now() - 600_000) / 1000
  utimesSync(join(folder, path), changed, changed)
}

beforeAll(async () => {
  write('day=1/a.csv', HEADER + rows('a', 4))
  write('notes.txt', 'not one of them')
  writeFileSync(join(directory, 'shop.yaml'), DECLARED)
  expect((await driftgauge('apply', '-f', join(directory, 'shop.yaml'))).stdout).toContain(
    `source "nightly" created (model "shop", ${folder}, every 1h)`,
  )
}, 60_000)

test('a source is listed and shown as it is declared', async () => {
  const list = printed(await words('source list'))
  expect(list).toMatch(/^name +model +location +every +taken +failed +last look \(UTC\)\nnightly +shop +.*scores +1h +0 +0 +never\noutside /) // prettier-ignore
  const { sources } = parse(printed(await words('source show nightly')))
  expect(sources).toMatchObject([{ name: 'nightly', model: 'shop', folder: { path: folder }, every: '1h'}]) // prettier-ignore
  expect(sources[0]).not.toHaveProperty('state')
  expect(await words('source show nigthly')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"driftgauge source list" lists the sources.'),
  })
})

test('a run takes what is new, each file once, and says what was rejected or failed and what to do', async () => {
  expect(printed(await words('source run nightly'))).toBe(
    'nightly: 1 file taken, 0 failed; 4 records accepted, 0 rejected.\n' +
      '1 file left out: not matched by "match", or of an unknown format.\n',
  )
  expect(printed(await words('source run nightly'))).toContain('nightly: 0 files taken, 0 failed; 0 records accepted') // prettier-ignore

  write('day=2/b.csv', HEADER + rows('b', 3) + 'b9,not a time,0.4,1\n')
  write('day=2/bad.csv', 'id,price\nx,1\n')
  const partly = await words('source run nightly')
  expect(partly.code).toBe(2)
  expect(partly.stdout).toContain(
    'nightly: 1 file taken, 1 failed; 3 records accepted, 1 rejected.\nFailed:\n',
  )
  expect(partly.stdout).toMatch(/\n {2}day=2\/bad\.csv: .*ts/)
  expect(partly.stdout).toContain('\nOnce they are correct: driftgauge source run nightly --retry-failed\n')
  expect(partly.stdout).toContain('dead letters: driftgauge dead-letters list --model shop\n')
  expect(printed(await words('dead-letters list --model shop'))).toContain('b9')

  // Until it is asked to, it does not take it once more.
  expect((await words('source run nightly')).stdout).toContain('0 files taken, 0 failed')
  expect(await words('source run nightly --retry-failed')).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('0 files taken, 1 failed'),
  })
  const again = JSON.parse(printed(await words('source run nightly --again day=1/a.csv --json')))
  expect(again).toMatchObject({ taken: [{ path: 'day=1/a.csv', accepted: 4 }], failed: [], state: { files: { taken: 2 } } }) // prettier-ignore
  expect(await words('source run nightly --again none.csv')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('none.csv'),
  })
})

test('the history tells the newest files first, and why one failed', async () => {
  const long = `day=2/${'x'.repeat(80)}-part-7.csv`
  write(long, HEADER + rows('c', 1))
  await words('source run nightly')
  const [title, first, ...others] = printed(await words('source history nightly')).split('\n')
  expect(title).toMatch(/^path +size +state +rows +accepted +rejected +when \(UTC\)$/)
  expect(first).toMatch(/^day=2\/x+…x+-part-7\.csv +\d+ B +taken +1 +1 +0 +\d{4}-\d\d-\d\d \d\d:\d\d$/)
  expect(others.join('\n')).toMatch(/day=2\/bad\.csv .* failed .*\n {2}\S.*ts/)
  const failed = JSON.parse(printed(await words('source history nightly --state failed --json')))
  expect(failed).toMatchObject([{ path: 'day=2/bad.csv', state: 'failed' }])
  expect(JSON.parse(printed(await words('source history nightly --limit 2 --json')))).toHaveLength(2)
  expect(printed(await words('source history outside'))).toBe('No files of "outside" yet.\n')
  expect((await words('source history nightly --state gone')).code).toBe(2)
})

test('a location that cannot be read is a problem of the run and stands in the list', async () => {
  const outcome = await words('source run outside')
  expect(outcome.code).toBe(2)
  expect(outcome.stdout).toMatch(/\nThe location cannot be read: .*DRIFTGAUGE_SOURCE_FOLDERS/)
  expect(printed(await words('source list')).replaceAll(/\n +/g, ' ')).toContain('DRIFTGAUGE_SOURCE_FOLDERS')
})

test('a removed source is gone', async () => {
  expect(printed(await words('source remove outside --yes'))).toBe('Removed the source "outside".\n')
  expect(printed(await words('source list'))).not.toContain('outside')
})
