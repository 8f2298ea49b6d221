import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runService } from '../../support/child.ts'
import { command } from '../../support/command.ts'
import { ask } from '../../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const temporary = mkdtempSync(join(directory, 'tmp-'))
process.env.TMPDIR = temporary
const path = (name: string) => join(directory, name)

const header = 'hour,origin,plain,prediction,score,label\n'
const line = (i: number) => `${i % 24},A${i % 5},x${i % 2},${i % 3 === 0 ? 'late' : 'fine'},0.${i % 9},fine\n`
const text = header + Array.from({ length: 300 }, (_, i) => line(i)).join('')
writeFileSync(path('january.csv'), text)
writeFileSync(path('january.csv.gz'), gzipSync(text))
writeFileSync(
  path('january.ndjson'),
  '{"hour":1,"deep":{"x":1},"label":0}\n{"hour":2,"deep":{"x":2},"label":1}\n',
)
writeFileSync(path('empty.csv'), header)
writeFileSync(path('bad.parquet'), 'PAR1 is not enough')

let url = ''
let stop = async () => {}
beforeAll(async () => {
  const service = runService({ DRIFTGAUGE_DATA: path('used'), LOG_LEVEL: 'warn' })
  url = await service.url
  stop = async () => {
    service.process.kill('SIGTERM')
    await service.ended
  }
})
afterAll(async () => {
  await stop()
  rmSync(directory, { recursive: true, force: true })
})

const ways: [string, () => Record<string, string>][] = [
  ['without a service', () => ({ DRIFTGAUGE_DATA: path('own') })],
  ['while a service has the data directory', () => ({ DRIFTGAUGE_DATA: path('used'), PORT: new URL(url).port })],
  ['through a service elsewhere', () => ({ DRIFTGAUGE_URL: url })],
] // prettier-ignore

describe.each(ways)('%s', (way, access) => {
  const name = way.replaceAll(' ', '-')
  const driftgauge = (...args: string[]) => command(args, { LOG_LEVEL: 'silent', ...access() })

  test('a baseline is made, the model inferred, listed and another one activated', async () => {
    const first = await driftgauge('baseline', 'add', name, path('january.csv'), '--kind', 'hour=categorical')
    expect(first).toMatchObject({
      code: 0,
      stdout: `Baseline 1 of ${name}: 300 rows, active.
The model was inferred: binary, positive class "fine"; features hour (categorical), origin (categorical), plain (categorical).
`,
    })
    const second = await driftgauge('baseline', 'add', name, path('january.csv.gz'), '--name', 'x', '--json')
    expect(JSON.parse(second.stdout)).toMatchObject({ version: 2, name: 'x', rows: 300, active: false })
    const third = await driftgauge('baseline', 'add', name, path('january.ndjson'), '--activate')
    expect(third.stdout).toBe(
      `Baseline 3 of ${name}: 2 rows, active.\nNot in the file, so not checked: origin, plain.\n`,
    )
    expect(await driftgauge('baseline', 'activate', name, '2')).toMatchObject({
      code: 0,
      stdout: `Baseline 2 of ${name} is active; its hours are being recounted.\n`,
    })
    const listed = (await driftgauge('baseline', 'list', name)).stdout.trimEnd().split('\n')
    expect(listed.map((one) => one.replace(/\d{4}-\S+Z/, 'TIME'))).toEqual([
      '  1  TIME  300 rows  january.csv',
      '* 2  TIME  300 rows  x',
      '  3  TIME  2 rows  january.ndjson',
    ])
    const json = JSON.parse((await driftgauge('baseline', 'list', name, '--json')).stdout) as object[]
    expect(json).toMatchObject([
      { active: false },
      { version: 2, active: true, rows: 300 },
      { active: false },
    ])
  })

  test('a baseline is activated for a version of the model, and deactivated', async () => {
    const change = (...args: string[]) => driftgauge('baseline', args[0], name, ...args.slice(1))
    expect(await change('activate', '3', '--for-version', '4')).toMatchObject({
      code: 0,
      stdout: `Baseline 3 of ${name} is active for version 4; its hours are being recounted.\n`,
    })
    await change('activate', '3', '--for-version', 'b')
    const listed = (await driftgauge('baseline', 'list', name)).stdout.trimEnd().split('\n')
    expect(listed[1]).toMatch(/^\* 2 .* x$/)
    expect(listed[2]).toMatch(/^ {2}3 .*january\.ndjson {2}for version 4, b$/)
    expect(await change('deactivate', '3', '--for-version', 'b')).toMatchObject({
      code: 0,
      stdout: `Version b of ${name} is compared with the active baseline again.\n`,
    })
    const json = JSON.parse((await driftgauge('baseline', 'list', name, '--json')).stdout) as object[]
    expect(json).toMatchObject([{ for_versions: [] }, { active: true }, { for_versions: ['4'] }])
  })

  test('columns that are not read are named', async () => {
    const outcome = await driftgauge('baseline', 'add', `${name}-deep`, path('january.ndjson'))
    expect(outcome.stdout).toMatch(/\nNot read: column "deep", which is Tuple/)
  })

  test.each<[string, string[], RegExp]>([
    ['no such file', ['add', 'm', path('none.csv')], /none\.csv: no such file\n$/],
    ['a name that tells no format', ['add', 'm', directory], /not a file/],
    ['a file without rows', ['add', 'm', path('empty.csv')], /empty\.csv: the file has no rows\n$/],
    ['a file that is none', ['add', 'm', path('bad.parquet')], /bad\.parquet: /],
    ['a model that is not there', ['list', 'm'], /^driftgauge: There is no model "m"\.\n$/m],
    ['guesses for a declared model', ['add', name, path('january.csv'), '--task', 'binary'], /nothing is inferred from the file/],
    ['a file without rows for a declared model', ['add', name, path('empty.csv')], /empty\.csv: .*no rows/],
    ['a version that is not bound', ['deactivate', name, '2', '--for-version', '9'], /compared with the active one, not with baseline 2\. "driftgauge baseline list /],
    ['a baseline that is not there', ['activate', name, '9'], /There is no baseline 9 .* "driftgauge baseline list .*" lists its baselines\.\n$/],
  ])('%s is told, exit code 2', async (_, args, expected) => {
    const outcome = await driftgauge('baseline', ...args)
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(expected) })
    const listed = await driftgauge('baseline', 'list', 'm')
    expect(listed.stderr, 'no model is left behind').toMatch(/There is no model "m"/)
  }) // prettier-ignore

  test('nothing is left in the temporary directory', () => {
    // The engine leaves directories of its own, which are not ours to remove.
    expect(readdirSync(temporary).filter((one) => one.startsWith('driftgauge-'))).toEqual([])
  })
})

describe('dead letters', () => {
  const list = (...args: string[]) => command(['dead-letters', 'list', ...args], { DRIFTGAUGE_URL: url })

  test('are listed, harmless to a terminal, cut to a line; whole as JSON', async () => {
    expect((await list()).stdout).toBe('No dead letters.\n')
    const declare = (model: string) =>
      ask(`${url}/api/v1/models`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: model, task: 'binary', features: { a: 'numeric' } }),
      })
    const send = (model: string, body: string) =>
      ask(`${url}/api/v1/models/${model}/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      })
    await declare('one')
    await declare('two')
    const hostile = `{"id":"\u001b[31m\u009b2J\u202e","x":"${'y'.repeat(500)}"`
    await send('one', `${hostile}\n`)
    await send('two', '{"id":1}\n'.repeat(1) + '{"id":2}\n{"id":3}\n')

    const all = await list()
    expect(all.code).toBe(0)
    expect(all.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
    const rows = all.stdout.trimEnd().split('\n')
    expect(rows[0]).toMatch(/^received +id +model +reason +detail +payload$/)
    expect(rows).toHaveLength(5)
    expect(all.stdout).toContain('{"id":"\\u{1b}[31m\\u{9b}2J\\u{202e}')
    expect(Math.max(...rows.map((one) => one.length))).toBeLessThanOrEqual(200)

    const one = await list('--model', 'one', '--json')
    expect(one.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(JSON.parse(one.stdout)).toMatchObject([{ model: 'one', payload: hostile }])
    const some = await list('--limit', '2')
    expect(some.stdout).toMatch(
      /\nShowing the newest 2\. Use --limit to list more, and --json to see full payloads\.\n$/,
    )
    expect((await list('--model', 'none')).stdout).toBe('No dead letters with model "none".\n')
    for (const bad of ['0', '1001', 'x']) expect((await list('--limit', bad)).code).toBe(2)
  })
})
