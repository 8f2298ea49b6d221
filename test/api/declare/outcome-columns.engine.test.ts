import { buffer } from 'node:stream/consumers'
import { beforeAll, expect, test } from 'vitest'
import { testService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})

const SELECT = `SELECT number % 24 AS hour, if(number % 3 = 0, 'late', 'on-time') AS outcome, number / 400 AS "p late", outcome AS said FROM numbers(400)`
const NAMED = `SELECT hour, outcome AS label, "p late" AS score, said AS prediction FROM (${SELECT})`
const COLUMNS = `label=outcome&score=${encodeURIComponent('p late')}&prediction=said`

async function file(select: string, format: 'Parquet' | 'CSVWithNames'): Promise<Buffer> {
  const { stream } = await service.store.read.exec({ query: `${select} FORMAT ${format}` })
  return buffer(stream)
}

const contents = async (model: string, version: number) =>
  (await service.call('GET', `/models/${model}/baselines/${version}/columns`)).body

test.each([
  ['Parquet', 'application/vnd.apache.parquet'],
  ['CSVWithNames', 'text/csv'],
] as const)('a model and a baseline of %s whose outcomes are called otherwise', async (format, type) => {
  const model = `m_${format.toLowerCase()}`
  const headers = { 'content-type': type }
  const own = await file(SELECT, format)
  const suggested = await service.call('POST', `/models/suggested?name=${model}&${COLUMNS}`, own, headers)
  expect(suggested.body).toMatchObject({
    model: { task: 'binary', features: { hour: 'numeric' } },
    outcomes: ['prediction', 'score', 'label'],
  })
  expect(Object.keys(suggested.body.model.features)).toEqual(['hour'])
  expect((await service.call('POST', '/models', suggested.body.model)).status).toBe(201)

  const made = await service.call('POST', `/models/${model}/baselines?${COLUMNS}`, own, headers)
  expect([made.status, made.body.missing, made.body.unused]).toEqual([201, [], []])
  const renamed = await service.call('POST', `/models/${model}/baselines`, await file(NAMED, format), headers)
  const [first, second] = await Promise.all([contents(model, made.body.version), contents(model, renamed.body.version)]) // prettier-ignore
  const columns = first.columns as { column: string }[]
  expect(columns.map(({ column }) => column).sort()).toEqual(['hour', 'label', 'prediction', 'score'])
  expect(second.columns).toEqual(first.columns)
})

test('a column that the file lacks is refused by its name', async () => {
  const answer = await service.call('POST', '/models/suggested?name=m&label=lat', 'late,hour\nyes,1\n', {
    'content-type': 'text/csv',
  })
  expect([answer.status, answer.body.detail]).toEqual([422, 'there is no column "lat" for the label'])
})

test('columns of a file are refused with a window of stored predictions', async () => {
  await service.call('POST', '/models', { name: 'w', task: 'binary', features: { a: 'numeric' } })
  const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
  const answer = await service.call('POST', '/models/w/baselines?label=late', { window })
  expect([answer.status, answer.body.title]).toEqual([422, 'No file'])
})
