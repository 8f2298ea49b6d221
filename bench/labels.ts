import { placeWaitingLabels } from '../detectors/rollup/rollup.ts'
import { storeLabels } from '../ingest/intake/pipeline.ts'
import { createWriter } from '../ingest/intake/writer.ts'
import type { Store } from '../store/engine/client.ts'
import { countPendingLabels } from '../store/events/labels.ts'
import type { Model } from '../control/declared/model.ts'
import { openModels } from '../store/models.ts'
import { generatePredictions } from './generate.ts'
import type { BenchOptions } from './options.ts'
import { declare } from './rollup.ts'
import { fastest, print, withStore } from './support.ts'

const START = Date.UTC(2026, 0, 1)
const END = START + 30 * 24 * 3_600_000
/** Labels of a batch, and predictions stored: few and many. */
const SIZES = { batch: 10_000, few: 10_000, many: 10_000_000 }
const TINY = { batch: 100, few: 100, many: 1_000 }

/** A batch of labels that do not say when their prediction was, until each has found it: few and many stored. */
export async function benchLabels({ tiny }: BenchOptions): Promise<void> {
  const { batch, few, many } = tiny ? TINY : SIZES
  const amongFew = await measure(batch, few)
  const amongMany = await measure(batch, many)
  print(
    `${batch.toLocaleString('en-US')} labels find their predictions among ${few.toLocaleString('en-US')} in ${amongFew.toFixed(0)} ms, ` +
      `among ${many.toLocaleString('en-US')} in ${amongMany.toFixed(0)} ms: ${(amongMany / amongFew).toFixed(1)} times as long (aim: at most 10)`,
  )
}

async function measure(batch: number, predictions: number): Promise<number> {
  return withStore(async (store) => {
    const model = declare(3)
    await openModels(store).declare(model, new Date())
    await generatePredictions(store, model, { from: START, to: END, rows: predictions })
    const stride = predictions / batch
    let round = 0
    return fastest(3, () => label(store, model, { batch, stride, round: round++ }))
  })
}

/** Labels for predictions all over the time, none of them twice. */
async function label(
  store: Store,
  model: Model,
  { batch, stride, round }: { batch: number; stride: number; round: number },
): Promise<void> {
  const now = new Date()
  const records = Array.from({ length: batch }, (_, i) => ({
    value: { id: `event-${Math.floor(i * stride + (round % stride))}`, label: 'yes' },
  }))
  await storeLabels({ store, writer: createWriter(store), model, source: 'bench', now }, records)
  await placeWaitingLabels(store, model, now)
  const waiting = await countPendingLabels(store, model.name)
  if (waiting > 0) throw new Error(`${waiting} labels found no prediction`)
}
