import { beforeAll, expect, test } from 'vitest'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { DEFAULT_RETENTION, type Retention } from '../../../domain/retention.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { storeReferenceFeatures } from '../../../ingest/intake/store-reference.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { identifier } from '../../../store/engine/sql.ts'
import { insertObjects, rows } from '../../../store/engine/query.ts'
import { openModels } from '../../../store/models.ts'
import { insertEvaluation } from '../../../store/results/evaluations.ts'
import { insertResults } from '../../../store/results/results.ts'
import { deleteOldData, findOldData } from '../../../store/retention/retention.ts'
import { outcome } from '../../support/samples/results.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { BOUNDED_OTHERWISE } from './bounded-otherwise.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const DAY = 24 * 3_600_000
const MONTHS = byDay(8, 24)
/** Small, so that each half of the time is longer than what is kept. */
const RETENTION: Retention = {
  ...DEFAULT_RETENTION,
  events: '62d',
  counts: '62d',
  results: '62d',
  dead_letters: '30d',
}

let store: Awaited<ReturnType<typeof temporaryStore>>
let model: Model
const month = (index: number) => new Date(Date.UTC(2024, index))

beforeAll(async () => {
  store = await temporaryStore()
  model = modelSchema.parse({ name: 'm', task: 'regression', features: { x: 'numeric' } })
  await openModels(store).declare(model, month(0))
  await monitors.put(store.control, 'daily', monitorSchema.parse({ name: 'daily', model: 'm' }), month(0))
})

/** A month of a model: of each day a prediction, a label, a result and what an experiment counted; one label that waits, one bad row. */
async function live(index: number): Promise<void> {
  const now = month(index + 1)
  const days = Array.from(
    { length: (now.getTime() - month(index).getTime()) / DAY },
    (_, day) => month(index).getTime() + day * DAY,
  )
  const context = { store, writer: createWriter(store), model, source: 'test', now }
  await storePredictions(context, [
    ...days.map((ts) => ({ value: { id: String(ts), ts, prediction: 1, features: { x: ts % 7, more: 1 } } })),
    { value: { id: `bad ${index}` } },
  ])
  await storeLabels(context, [
    ...days.map((ts) => ({ value: { id: String(ts), prediction_ts: ts, label: 2 } })),
    { value: { id: `nobody's ${index}`, label: 2 } },
  ])
  await storeReferenceFeatures(
    context,
    days.map((ts) => ({ value: { id: String(ts), ts, features: { x: ts % 7 } } })),
  )
  if (index === 0) {
    const window = { from: month(0).toISOString(), to: month(1).toISOString() }
    await baselineFromWindow(store, { model, name: 'first', source: { window }, now })
    await activate(store, 'm', 1, now)
  }
  await createCounter(store, generationClock())(model, now)
  const ends = days.map((ts) => new Date(ts))
  await insertResults(
    store,
    ends.map((windowEnd) =>
      outcome({
        id: `r${windowEnd.getTime()}`,
        model: 'm',
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
  const nothing = { n: 0, sum: 0, squares: 0, predictions: 0, fingerprint: 0 }
  await insertObjects(
    store.rollup,
    'experiment_hours',
    days.map((ts) => ({
      model: 'm',
      experiment: 'v2',
      side: 'pairs',
      hour: ts / 1000,
      ...nothing,
      counted_at: ts,
    })),
  )
  for (const windowEnd of ends)
    await insertEvaluation(store, {
      monitor: 'daily',
      stream: 'predictions',
      windowEnd,
      evaluatedAt: windowEnd,
      status: 'evaluated',
      detail: '',
    })
  await deleteOldData(store, await findOldData(store, RETENTION, now))
}

async function sizes(): Promise<Map<string, number>> {
  const tables = await rows<{ name: string }>(
    store.read,
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View'",
  )
  const found = new Map<string, number>()
  for (const { name } of tables) {
    const [{ n }] = await rows<{ n: number }>(store.read, `SELECT count() AS n FROM ${identifier(name)}`)
    found.set(name, Number(n))
  }
  return found
}

test('no table grows beyond what it had after half of the time', { timeout: 900_000 }, async () => {
  let afterHalf: Map<string, number> | undefined
  for (let index = 0; index < MONTHS; index++) {
    await live(index)
    if (index === MONTHS / 2 - 1) afterHalf = await sizes()
  }
  const atEnd = await sizes()
  expect([...atEnd.keys()]).toEqual([...afterHalf!.keys()])
  for (const [table, before] of afterHalf!) {
    if (BOUNDED_OTHERWISE.has(table)) continue
    expect(before, `${table} has rows to be deleted`).toBeGreaterThan(0)
    // Months differ in their days.
    expect(atEnd.get(table), table).toBeLessThanOrEqual(Math.ceil(1.1 * before))
  }
})
