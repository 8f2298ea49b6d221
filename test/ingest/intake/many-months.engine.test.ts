import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { dirtyHours } from '../../../store/events/dirty-hours.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { readProfiles } from '../../../store/profiles/profiles.ts'
import { rows } from '../../../store/engine/query.ts'
import { testService, type TestService } from '../../support/service.ts'

const MONTHS = 205
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
const times = Array.from({ length: MONTHS }, (_, i) => Date.UTC(2000, i, 5))
const [from, to] = [new Date(Date.UTC(2000, 0)), new Date(Date.UTC(2026, 0))]
let service: TestService
const count = async (query: string) => (await rows<{ n: number }>(service.store.read, query))[0].n

beforeAll(async () => {
  service = await testService({ models: [model], monitors: [] })
})

test('one request may hold predictions of two hundred months', async () => {
  const events = times.map((ts, i) => ({ id: `p${i}`, ts, features: { a: i, odd: 1 }, prediction: '1' }))
  const { status, body } = await service.call('POST', '/models/m/predictions', events)
  expect([status, body.accepted]).toEqual([200, MONTHS])
  expect(await countPredictions(service.store, 'm', from, to)).toBe(MONTHS)
  expect(await count('SELECT sum(events) AS n FROM input_problems')).toBe(MONTHS)
})

test('as many months of labels are stored, of those that wait as well', async () => {
  const half = Math.floor(MONTHS / 2)
  const labels = times.map((ts, i) => ({
    id: `p${i}`,
    label: '1',
    ...(i < half ? { prediction_ts: ts } : {}),
  }))
  const { status, body } = await service.call('POST', '/models/m/labels', labels)
  expect([status, body.accepted]).toEqual([200, MONTHS])
  const late = times.map((ts, i) => ({ id: `p${i}`, label: '0', labelled_at: ts + 1 }))
  expect((await service.call('POST', '/models/m/labels', late)).body.accepted).toBe(MONTHS)
})

test('the hours of all months are counted', async () => {
  const window = { from: new Date(times[0]).toISOString(), to: new Date(times[3]).toISOString() }
  const { status, body } = await service.call('POST', '/models/m/baselines', { window })
  expect(status, JSON.stringify(body)).toBe(201)
  await service.worker.run(new Date())
  expect(await count('SELECT count() AS n FROM labels_m FINAL')).toBe(MONTHS)
  expect(await count('SELECT count() AS n FROM pending_labels FINAL')).toBe(0)
  expect(await dirtyHours(service.store, 'm', new Date())).toEqual([])
  const profiles = await readProfiles(service.store, 'm', body.binning, from, to)
  const rowsOf = (column: string) =>
    profiles.find((one) => one.column === column)!.counts.reduce((sum, n) => sum + n, 0)
  expect([rowsOf('a'), rowsOf('label')]).toEqual([MONTHS, MONTHS])
})
