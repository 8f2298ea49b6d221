import { expect } from 'vitest'
import { uniform } from '../../../bench/support.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import type { Store } from '../../../store/engine/client.ts'
import { openModels } from '../../../store/models.ts'

const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const START = Date.UTC(2026, 0, 1)
export const PER_HOUR = 40
/** Ordinary days, of which the first 14 are the baseline. */
export const HISTORY_DAYS = 21

export const model = modelSchema.parse({
  name: 'm',
  task: 'binary',
  features: {
    distance: 'numeric',
    carrier: 'categorical',
    age: { kind: 'numeric', min: 0, max: 120 },
    country: { kind: 'categorical', allowed: ['DE', 'FR'], tolerance: 0.02 },
    // Called like a finding about all data of a model.
    volume: 'numeric',
  },
})

export type Features = Record<string, unknown>

const random = uniform(11)
let sent = 0

/** What an ordinary event says. */
function ordinary(): Features {
  return {
    distance: 100 + 900 * random(),
    carrier: random() < 0.6 ? 'AA' : 'UA',
    age: Math.floor(18 + 60 * random()),
    country: random() < 0.5 ? 'DE' : 'FR',
    volume: random() < 0.05 ? null : random(),
  }
}

interface DayOptions {
  perHour?: number
  /** Ids, new ones unless it says otherwise. */
  id?: (i: number) => string
}

/** Sends a day of predictions, each changed as `change` says. */
export async function sendDay(
  store: Store,
  day: number,
  change: (features: Features, i: number) => Features = (features) => features,
  { perHour = PER_HOUR, id = () => String(sent++) }: DayOptions = {},
): Promise<void> {
  const records = []
  for (let hour = 0; hour < 24; hour++)
    for (let i = 0; i < perHour; i++)
      records.push({
        value: {
          id: id(i),
          ts: START + day * DAY + hour * HOUR + i,
          features: change(ordinary(), i),
          prediction: random() < 0.3,
          score: random(),
        },
      })
  const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
  expect((await storePredictions(context, records)).rejected).toEqual([])
}

export const countHours = (store: Store) =>
  rollup({ store, model, now: new Date(), nextGeneration: generationClock() })

/** Declares the model, sends its ordinary days, and takes the baseline into use. */
export async function openQualityModel(store: Store): Promise<void> {
  await openModels(store).declare(model, new Date())
  for (let day = 0; day < HISTORY_DAYS; day++) await sendDay(store, day)
  await countHours(store)
  const window = { from: new Date(START).toISOString(), to: new Date(START + 14 * DAY).toISOString() }
  await baselineFromWindow(store, { model, name: 'first weeks', source: { window }, now: new Date() })
  await activate(store, model.name, 1, new Date())
}
