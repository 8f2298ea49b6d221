/** Files whose times are spelled as databases spell them, through the command to the rows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../support/command.ts'
import { queriedService, type QueriedService } from '../../support/queried-service.ts'
import { ask } from '../../support/ask.ts'
import { ROOT } from '../../support/root.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const fixture = (name: string) => join(ROOT, `test/fixtures/cases/21-postgres-export/${name}`) // prettier-ignore

let service: QueriedService
beforeAll(async () => {
  service = await queriedService()
})

let models = 0
async function newModel(): Promise<string> {
  const name = `m${models++}`
  const body = JSON.stringify({ name, task: 'binary', features: { amount: 'numeric' } })
  await ask(`${service.url}/api/v1/models`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return name
}
const replay = (file: string, model: string, ...line: string[]) =>
  command(['replay', file, '--model', model, ...line], {
    DRIFTGAUGE_URL: service.url,
    DRIFTGAUGE_DATA: join(directory, 'data'),
  })
const times = (model: string) =>
  service
    .query<{ at: number }>(
      `SELECT id, toUnixTimestamp64Milli(ts) AS at FROM predictions_${model} FINAL ORDER BY at LIMIT 3`,
    )
    .then((found) => found.map(({ at }) => new Date(at).toISOString()))
const stored = async (model: string) =>
  (await service.query<{ n: number }>(`SELECT count() AS n FROM predictions_${model} FINAL`))[0].n
function write(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

test.each([
  ['pg.csv', '2026-11-20T00:15:00.123Z'],
  ['pg_colon.csv', '2026-11-20T00:15:00.123Z'],
  ['bq.csv', '2026-11-20T00:15:00.123Z'],
  ['epoch.csv', '2026-11-26T13:33:20.000Z'],
])('%s goes in whole', async (file, first) => {
  const model = await newModel()
  const { code, stdout } = await replay(fixture(file), model)
  expect(code, stdout).toBe(0)
  expect(stdout).toMatch(/50 predictions and 0 labels stored .* 0 rejected\.\s*$/)
  expect(await stored(model)).toBe(50)
  expect((await times(model))[0]).toBe(first)
})

const ZONELESS =
  'id,ts,amount,prediction\n1,2026-01-20 00:15:00,1,a\n2,2026-07-20 00:15:00.5,2,b\n3,2026-07-21,3,b\n'

test('times without a zone are refused with the option that names one, and it does', async () => {
  const model = await newModel()
  const file = write('zoneless.csv', ZONELESS)
  const refused = await replay(file, model)
  expect(refused.code).toBe(2)
  expect(refused.stdout).toMatch(/bad_ts: "ts" has no time zone: .*--timezone/)
  const taken = await replay(file, model, '--timezone', 'Europe/Paris', '--restart')
  expect(taken.code, taken.stdout).toBe(0)
  expect(await times(model)).toEqual(['2026-01-19T23:15:00.000Z', '2026-07-19T22:15:00.500Z', '2026-07-20T22:00:00.000Z']) // prettier-ignore
})

test('the option holds for lines in the shape of the API and for labels too', async () => {
  const model = await newModel()
  const file = write(
    'zoneless.ndjson',
    [
      { id: '1', ts: '2026-07-20 00:15:00', features: { amount: 1 }, prediction: 'a', label: 'b', labelled_at: '2026-07-20 01:15:00' },
      { id: '2', ts: '2026-07-20 00:15:00+00', features: { amount: 1 }, prediction: 'a' },
    ].map((line) => JSON.stringify(line)).join('\n'),
  ) // prettier-ignore
  expect((await replay(file, model, '--timezone', 'Europe/Paris')).code).toBe(0)
  expect(await times(model)).toEqual(['2026-07-19T22:15:00.000Z', '2026-07-20T00:15:00.000Z'])
  const labels = await service.query(`SELECT id, toString(labelled_at) AS at FROM labels_${model} FINAL`) // prettier-ignore
  expect(labels).toEqual([{ id: '1', at: '2026-07-19 23:15:00.000' }])
})

test('a zone that does not exist is told before anything is read', async () => {
  const { code, stderr } = await replay(write('z.csv', ZONELESS), 'm0', '--timezone', 'Mars/Olympus')
  expect([code, stderr]).toEqual([2, expect.stringMatching(/IANA name/)])
})

test('what is stored otherwise than it was declared is told in the end, also where the file goes on', async () => {
  const model = await newModel()
  const lines = Array.from({ length: 6000 }, (_, i) => `${i},2026-01-20T00:15:00Z,${i < 5500 ? 'x' : 1},1,a`)
  const file = write('warned.csv', ['id,ts,amount,amuont,prediction', ...lines].join('\n'))
  const { code, stdout } = await replay(file, model)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /features\.amuont: unknown_feature, 6,000 rows, such as "1"; did you mean "amount"\?/,
  )
  expect(stdout).toMatch(/features\.amount: text_for_number, 5,500 rows, such as "x"/)
  const json = JSON.parse((await replay(file, model, '--json')).stdout) as { warnings: unknown[] }
  expect(json.warnings).toContainEqual({ field: 'features.amount', reason: 'text_for_number', count: 5500, example: '"x"' }) // prettier-ignore
})

test('NaN and long numbers of NDJSON arrive as they are, also where a row is taken apart', async () => {
  const model = await newModel()
  const line = (id: string) =>
    `{"id":${id},"ts":"2026-01-20T00:15:00Z","amount":NaN,"prediction":9007199254740993}`
  const file = write('python.ndjson', [line('9007199254740993'), line('9007199254740992')].join('\n'))
  expect((await replay(file, model)).code).toBe(0)
  const found = await service.query(`SELECT id, prediction, f_amount FROM predictions_${model} FINAL ORDER BY id`) // prettier-ignore
  expect(found).toEqual([
    { id: '9007199254740992', prediction: '9007199254740993', f_amount: null },
    { id: '9007199254740993', prediction: '9007199254740993', f_amount: null },
  ])
})
