import { placeWaitingLabels } from '../detectors/rollup/rollup.ts'
import { storeLabels } from '../ingest/intake/pipeline.ts'
import { createWriter } from '../ingest/intake/writer.ts'
import type { Store } from '../store/engine/client.ts'
import { countPendingLabels } from '../store/events/labels.ts'
import type { Model } from '../control/declared/model.ts'
import { openModels } from '../store/models.ts'
import { silverTables } from '../store/events/silver.ts'
import { declare } from './rollup.ts'
import { fastest, print, withStore } from './support.ts'

const BATCH = 10_000
const HOURS = 30 * 24
const START = Date.UTC(2026, 0, 1)

/** A batch of labels that do not say when their prediction was, until each has found it: few and many stored. */
export async function benchLabels(): Promise<void> {
  const few = await measure(10_000)
  const many = await measure(10_000_000)
  print(`10 thousand labels find their predictions among 10 thousand in ${few.toFixed(0)} ms, among 10 million in ${many.toFixed(0)} ms: ${(many / few).toFixed(1)} times as long (aim: at most 10)`) // prettier-ignore
}

async function measure(predictions: number): Promise<number> {
  let milliseconds = 0
  await withStore(async (store) => {
    const model = declare(3)
    await openModels(store).declare(model, new Date())
    await fill(store, model, predictions)
    let round = 0
    milliseconds = await fastest(3, () => label(store, model, predictions, round++))
  })
  return milliseconds
}

/** Predictions that the engine makes by itself, spread evenly over thirty days. */
async function fill(store: Store, model: Model, predictions: number): Promise<void> {
  const { predictions: table } = silverTables(model.name)
  const step = (HOURS * 3_600_000) / predictions
  await store.rollup.command({
    query: `INSERT INTO ${table} (id, ts, version, received_at, f_f0, f_f1, f_f2)
      SELECT concat('event-', toString(number)), fromUnixTimestamp64Milli(toInt64(${START} + number * ${step}), 'UTC'), '1',
        fromUnixTimestamp64Milli(${START}, 'UTC'), number % 100, number % 7, 1 FROM numbers(${predictions})`,
  })
}

/** Labels for predictions all over the time, none of them twice. */
async function label(store: Store, model: Model, predictions: number, round: number): Promise<void> {
  const now = new Date()
  const stride = predictions / BATCH
  const records = Array.from({ length: BATCH }, (_, i) => ({
    value: { id: `event-${Math.floor(i * stride + (round % stride))}`, label: 'yes' },
  }))
  await storeLabels({ store, writer: createWriter(store), model, source: 'bench', now }, records)
  await placeWaitingLabels(store, model, now)
  const waiting = await countPendingLabels(store, model.name)
  if (waiting > 0) throw new Error(`${waiting} labels found no prediction`)
}
