import { beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { insertDeadLetters } from '../../store/events/dead-letters.ts'
import { rows } from '../../store/engine/query.ts'
import { apiFixture, HOUR, START, type ApiFixture } from '../support/api.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture(5)
}, 120_000)

const erase = (body: unknown) => fixture.call('POST', '/models/shop/erase', body)
const NUMBER_OF_HOURS = 240
const IDS = ['p0', 'p1', 'p6', 'nobody']
const HOURS = [START, START + HOUR].map((time) => new Date(time).toISOString())

/** Counts of the roll-up and of the stored rows, by hour. */
async function counts() {
  const { store } = fixture.service
  const counted = (role: string) =>
    rows<{ hour: number; n: number }>(
      store.read,
      `SELECT toUnixTimestamp(p.hour) AS hour, sum(arraySum(p.counts)) AS n FROM profiles AS p
       INNER JOIN (SELECT * FROM hours FINAL) AS h
       ON h.model = p.model AND h.binning = p.binning AND h.part = p.part AND h.hour = p.hour AND h.generation = p.generation
       WHERE p.model = 'shop' AND p.role = '${role}' AND p.segment = '' GROUP BY hour ORDER BY hour`,
    )
  const stored = (hour: string, table: string) =>
    rows<{ hour: number; n: number }>(
      store.read,
      `SELECT toUnixTimestamp(${hour}) AS hour, count() AS n FROM ${table} FINAL GROUP BY hour ORDER BY hour`,
    )
  return {
    predictions: await counted('prediction'),
    labels: await counted('label'),
    stored: {
      predictions: await stored('toStartOfHour(ts)', 'predictions_shop'),
      labels: await stored('hour', 'labels_shop'),
    },
  }
}

test('a dry run counts what is stored under ids, and changes nothing', async () => {
  const payload = JSON.stringify({ id: 'p1', ts: 'never' })
  const letter = { source: 'http:predictions', partition: 0, offset: 5, recordedAt: START, headers: {} }
  const { store } = fixture.service
  await insertDeadLetters(store, [{ ...letter, model: 'shop', reason: 'bad_ts', detail: '', payload }], new Date()) // prettier-ignore

  const { status, body } = await erase({ ids: [...IDS, 'p1'], dry_run: true })
  expect(status).toBe(200)
  expect(body).toEqual({ model: 'shop', dry_run: true, ids: 4, not_found: 1, predictions: 3, labels: 3, waiting_labels: 0, inference_logs: 0, reference_features: 0, dead_letters: 1, example_hours: 0, recounted_hours: HOURS }) // prettier-ignore
  expect((await erase({ ids: IDS, dry_run: true })).body).toEqual(body)
  expect(await store.control.selectFrom('erased_ids').selectAll().execute()).toEqual([])
})

test('erasing deletes the rows, and their hours are counted without them', async () => {
  const before = await counts()
  const { status, body } = await erase({ ids: IDS })
  expect(status).toBe(200)
  expect(body).toMatchObject({ dry_run: false, predictions: 3, labels: 3, dead_letters: 1, recounted_hours: HOURS }) // prettier-ignore

  const { store, models } = fixture.service
  const model = (await models.find('shop'))!
  await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
  const after = await counts()
  expect(after.predictions).toEqual(after.stored.predictions)
  expect(after.labels).toEqual(after.stored.labels)
  expect(after.predictions).toHaveLength(NUMBER_OF_HOURS)
  expect(after.predictions.map(({ n }, i) => before.predictions[i].n - n).slice(0, 3)).toEqual([2, 1, 0])
  expect((await erase({ ids: IDS })).body).toMatchObject({
    not_found: 4,
    predictions: 0,
    recounted_hours: [],
  })
})

test('a record of an erased id that is sent again is dropped, and the answer says so', async () => {
  const sent = { id: 'p0', ts: START, prediction: 'yes', score: 0.5, features: { x: 1, c: 'a' } }
  const { status, body } = await fixture.call('POST', '/models/shop/predictions', [sent])
  expect([status, body.accepted, body.rejected, body.erased]).toEqual([200, 0, 0, 1])
  expect((await erase({ ids: ['p0'], dry_run: true })).body.predictions).toBe(0)
})

test('the audit log says who erased how many ids, and no id', async () => {
  const { body } = await fixture.call('GET', '/audit?action=erase')
  const details = body.entries.map(({ subject, name, detail }: Record<string, string>) => `${subject} ${name}: ${detail}`) // prettier-ignore
  expect(details).toEqual(expect.arrayContaining(['model shop: ids: 4', 'model shop: dry run, ids: 5']))
  expect(JSON.stringify(body)).not.toContain('nobody')
})

test('is refused for a model that is not declared, without ids, with too many, and with a key that only reads', async () => {
  expect((await fixture.call('POST', '/models/none/erase', { ids: ['a'] })).status).toBe(404)
  expect((await erase({ ids: [] })).status).toBe(400)
  expect((await erase({ ids: Array.from({ length: 10_001 }, (_, i) => `${i}`) })).status).toBe(400)
  const { body } = await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read', 'ingest'] })
  const reader = { authorization: `Bearer ${body.key}` }
  expect((await fixture.call('POST', '/models/shop/erase', { ids: ['p2'] }, reader)).status).toBe(403)
})
