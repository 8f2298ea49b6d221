import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema, type Model, type ModelDeclaration } from '../../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { KEEP_EVERYTHING, type Retention } from '../../../domain/retention.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { rows } from '../../../store/engine/query.ts'
import { markDirty } from '../../../store/events/dirty-hours.ts'
import { openModels } from '../../../store/models.ts'
import { deleteOldData, findOldData } from '../../../store/retention/retention.ts'
import { SHARED_TABLES } from '../../../store/retention/shared-tables.ts'
import { BOUNDED_OTHERWISE } from './bounded-otherwise.ts'
import { outcome } from '../../support/samples/results.ts'
import { insertResults } from '../../../store/results/results.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const at = (day: number) => new Date(START + day * DAY)
const SHORT: Retention = {
  ...KEEP_EVERYTHING,
  events: '62d',
  counts: '62d',
  results: '62d',
  dead_letters: '30d',
}

describe('old data of models', () => {
  let store: Awaited<ReturnType<typeof temporaryStore>>
  beforeAll(async () => {
    store = await temporaryStore()
  })

  async function declare(name: string, more: Partial<ModelDeclaration> = {}) {
    const model = modelSchema.parse({ name, task: 'regression', features: { x: 'numeric' }, ...more })
    await openModels(store).declare(model, at(0))
    return model
  }
  const contextOf = (model: Model, now: Date) => ({
    store,
    writer: createWriter(store),
    model,
    source: 'test',
    now,
  })

  /** A prediction and its label each day. */
  async function fill(model: Model, from: number, to: number) {
    const days = Array.from({ length: to - from }, (_, i) => from + i)
    const event = (day: number) => ({
      id: String(day),
      ts: at(day).getTime(),
      prediction: 1,
      features: { x: day },
    })
    const label = (day: number) => ({ id: String(day), prediction_ts: at(day).getTime(), label: 2 })
    const context = contextOf(model, at(to))
    const taken = await storePredictions(
      context,
      days.map((day) => ({ value: event(day) })),
    )
    const labelled = await storeLabels(
      context,
      days.map((day) => ({ value: label(day) })),
    )
    return [...taken.rejected, ...labelled.rejected]
  }

  async function baseline(model: Model, from: number, to: number) {
    const window = { from: at(from).toISOString(), to: at(to).toISOString() }
    await baselineFromWindow(store, { model, name: 'first', source: { window }, now: at(to) })
    await activate(store, model.name, 1, at(to))
  }

  const count = (model: Model, now: Date) => createCounter(store, generationClock())(model, now)

  async function days(table: string, time: string, condition = '1'): Promise<number[]> {
    const found = await rows<{ day: number }>(
      store.read,
      `SELECT DISTINCT toFloat64(toUnixTimestamp(toStartOfDay(${time}))) AS day FROM ${table} WHERE ${condition} ORDER BY day`,
    )
    return found.map(({ day }) => (day * 1000 - START) / DAY)
  }
  const firstDay = async (...query: Parameters<typeof days>) => (await days(...query))[0]

  async function clean(now: Date, retention = SHORT) {
    const old = await findOldData(store, retention, now)
    await deleteOldData(store, old)
    return old
  }

  test('are in tables that are all looked through, or are bounded otherwise', async () => {
    await declare('tables')
    const found = await rows<{ name: string }>(
      store.read,
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View'",
    )
    expect(found.map(({ name }) => name).toSorted()).toEqual(
      [
        ...['predictions_tables', 'labels_tables', 'label_index_tables', 'reference_features_tables'],
        ...SHARED_TABLES.map(({ name }) => name),
        ...BOUNDED_OTHERWISE,
      ].toSorted(),
    )
    await openModels(store).remove('tables')
  })

  test('go by months, counted back from the newest month of the model', async () => {
    const model = await declare('m0')
    await fill(model, 0, 120)
    await baseline(model, 90, 119)
    await count(model, at(120))
    // The model has stopped: much later, nothing more of it is old.
    const old = await clean(at(1_000))
    const events = old.models.find(({ kind }) => kind === 'events')!
    // Its newest month ends on 1 May, 62 days before which is 28 February.
    expect(events).toMatchObject({ before: new Date('2026-02-01'), oldest: new Date('2026-01-01'), rows: 62 })
    for (const [table, time] of [
      ['predictions_m0', 'ts'],
      ['labels_m0', 'hour'],
      ['label_index_m0', 'hour'],
      ['hours', 'hour'],
      ['profiles', 'hour'],
      ['labelled_profiles', 'hour'],
    ])
      expect([table, await firstDay(table, time)]).toEqual([table, 31])
    expect((await clean(at(1_000))).models.map(({ rows: left }) => left)).toEqual([0, 0, 0, 0])
  })

  test('that arrive late are refused, and leave the counts as they are', async () => {
    const model = await declare('m1')
    await fill(model, 0, 120)
    await baseline(model, 90, 119)
    await count(model, at(120))
    await clean(at(120), { ...SHORT, counts: '110d' })
    const counts = () =>
      rows(
        store.read,
        "SELECT count(), sum(arraySum(counts)) FROM profiles WHERE model = 'm1' AND hour < '2026-02-01'",
      )
    const before = await counts()
    expect(await fill(model, 29, 33)).toMatchObject([
      {
        index: 0,
        reason: 'deleted_ts',
        detail: expect.stringContaining('before 2026-02-01T00:00:00.000Z have been deleted'),
      },
      { index: 1, reason: 'deleted_ts' },
      { index: 0, reason: 'deleted_ts' },
      { index: 1, reason: 'deleted_ts' },
    ])
    // Of these, only the second is counted, with the two late days that were taken.
    await markDirty(store, 'm1', ['predictions', 'labels'], [at(3), at(40)], at(121))
    expect(await count(model, at(121))).toBe(3)
    expect(await counts()).toEqual(before)
    // Nor are they waited for.
    expect(await count(model, at(121))).toBe(0)
  })

  test('are kept as long as the model says, and of others as long as the service says', async () => {
    const [own, other] = [await declare('own', { retention: { events: '100d' } }), await declare('other')]
    for (const model of [own, other]) await fill(model, 0, 120)
    await clean(at(120))
    expect(await firstDay('predictions_own', 'ts')).toBe(0)
    expect(await firstDay('predictions_other', 'ts')).toBe(31)
  })

  test('results go with the marks of their windows, also those of monitors that are gone', async () => {
    await fill(await declare('m3'), 0, 120)
    await monitors.put(store.control, 'daily', monitorSchema.parse({ name: 'daily', model: 'm3' }), at(0))
    const ends = [10, 40, 100].map(at)
    await insertResults(
      store,
      ends.map((windowEnd, i) =>
        outcome({
          id: `r${i}`,
          model: 'm3',
          monitor: 'daily',
          kind: 'feature',
          column: 'x',
          windowEnd,
          evaluatedAt: windowEnd,
          verdict: 'ok',
          effect: 0,
        }),
      ),
    )
    for (const monitor of ['daily', 'removed'])
      for (const end of ends)
        await store.rollup.command({
          query: `INSERT INTO evaluations (monitor, part, window_end, status) VALUES ('${monitor}', 'predictions', ${end.getTime() / 1000}, 'evaluated')`,
        })
    await clean(at(120))
    expect(await days('results', 'window_end', "model = 'm3'")).toEqual([40, 100])
    expect(await days('evaluations', 'window_end', "monitor = 'daily'")).toEqual([40, 100])
    expect(await days('evaluations', 'window_end', "monitor = 'removed'")).toEqual([40, 100])
  })

  test('dead letters go by the day on which they came, whatever model they name', async () => {
    const model = await declare('m4')
    await fill(model, 0, 120)
    for (const day of [10, 80, 110])
      await storePredictions(contextOf(model, at(day)), [{ value: { id: 'bad' } }])
    await clean(at(115))
    expect(await days('dead_letters', 'received_at', "reason = 'bad_ts'")).toEqual([110])
  })

  test('labels that waited for long go, and an undeclared model can still take old events', async () => {
    const model = await declare('later')
    await storeLabels(contextOf(model, at(0)), [{ value: { id: 'nobody', label: 2 } }])
    await openModels(store).remove('later')
    await store.rollup.command({
      query: `INSERT INTO pending_labels (model, id, label, labelled_at, received_at) VALUES ('later', 'a', '1', '2026-01-01', '2026-01-01')`,
    })
    await clean(at(120))
    expect(await days('pending_labels', 'received_at', "model = 'later'")).toEqual([])
    expect(await fill(await declare('later'), 0, 5)).toEqual([])
  })

  test('nothing goes where everything is kept', async () => {
    const model = await declare('m5')
    await fill(model, 0, 120)
    const old = await clean(at(5_000), KEEP_EVERYTHING)
    expect(new Set(old.models.map(({ rows: found }) => found))).toEqual(new Set([0]))
    expect(await firstDay('predictions_m5', 'ts')).toBe(0)
  })

  test('a model that is declared anew takes old events again', async () => {
    const model = await declare('m6')
    await fill(model, 0, 120)
    await clean(at(120))
    await openModels(store).remove('m6')
    expect(await fill(await declare('m6'), 0, 5)).toEqual([])
  })
})
