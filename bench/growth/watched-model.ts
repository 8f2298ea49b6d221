import { setTimeout as delay } from 'node:timers/promises'
import { modelSchema, type Feature, type Model } from '../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../control/declared/monitor.ts'
import { createCounter, type Counter } from '../../detectors/rollup/counter.ts'
import { generationClock } from '../../detectors/rollup/rollup.ts'
import { chosenReference } from '../../detectors/run/run.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { createWindowBatch } from '../../service/schedule/window-batch.ts'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { openModels, type Models } from '../../store/models.ts'
import { generatePredictions } from '../generate.ts'
import { fastestRead, startApp, timed, type Timed } from '../support.ts'
import { peakMemory } from './memory.ts'

/** The first midnight of the stored predictions. */
export const START = Date.UTC(2026, 0, 1)
const BASELINE_HOURS = 24
/** One of so many features holds categories. */
const CATEGORICAL_EVERY = 5

export interface WatchedModel {
  store: Store
  models: Models
  model: Model
  counter: Counter
  /** When the last of the stored predictions was made. */
  end: number
}

/** A model with predictions made by the engine, evenly over some hours, and a baseline of the first day, not yet counted. */
export async function fillModel(
  store: Store,
  { features, rows: count, hours }: { features: number; rows: number; hours: number },
): Promise<WatchedModel> {
  const declared = Object.fromEntries(
    Array.from({ length: features }, (_, i) => [
      `f${i}`,
      i % CATEGORICAL_EVERY === 4 ? 'categorical' : 'numeric',
    ]),
  )
  const model = modelSchema.parse({ name: 'growth', task: 'binary', features: declared })
  const models = openModels(store)
  const end = START + hours * HOUR_MS
  const now = new Date(end)
  await models.declare(model, now)
  await generatePredictions(store, model, { from: START, to: end, rows: count, featureValue })
  const window = {
    from: new Date(START).toISOString(),
    to: new Date(START + BASELINE_HOURS * HOUR_MS).toISOString(),
  }
  await baselineFromWindow(store, { model, name: 'growth', source: { window }, now })
  await activate(store, model.name, 1, now)
  const monitor = monitorSchema.parse({ name: 'growth', model: model.name, checks: ['feature'] })
  await monitors.put(store.control, monitor.name, monitor, now)
  return { store, models, model, counter: createCounter(store, generationClock()), end }
}

/** Few values, so that many rows fit on the disk. */
export const featureValue = ({ kind }: Feature, index: number) =>
  kind === 'numeric' ? `rand(${index}) % 100` : `toString(rand(${index}) % 20)`

/** Resolves when the engine has no merges left, which would be measured with everything else. */
export async function mergesDone(store: Store): Promise<void> {
  for (;;) {
    const [{ merges }] = await rows<{ merges: number }>(
      store.read,
      'SELECT count() AS merges FROM system.merges',
    )
    if (merges === 0) return
    await delay(200)
  }
}

export interface Checks extends Timed {
  /** MB. */
  peak: number
}

/** The checks of the newest hourly windows, alerts included: the fastest, as what else runs only ever adds. */
export async function timeChecks({ store, model, end }: WatchedModel, windows: number): Promise<Checks> {
  const monitor = monitorSchema.parse({ name: 'growth', model: model.name, checks: ['feature'] })
  const { outcome, peak } = await peakMemory(async () => {
    const times: Timed[] = []
    for (let hour = windows - 1; hour >= 0; hour--) {
      const windowEnd = new Date(end - hour * HOUR_MS)
      const check = async () => {
        const reference = await chosenReference(store, model, monitor)
        const batch = createWindowBatch({ store }, windowEnd)
        await batch.add({
          model,
          monitor,
          stream: 'predictions',
          end: windowEnd,
          labelDelay: undefined,
          mode: 'live',
          reference,
        })
        const [failure] = await batch.store()
        if (failure !== undefined) throw failure.cause
      }
      times.push(await timed(check))
    }
    return times
  })
  return {
    ms: Math.min(...outcome.map(({ ms }) => ms)),
    cpu: Math.min(...outcome.map(({ cpu }) => cpu)),
    peak,
  }
}

/** Milliseconds of each request that the overview, a model's page and a column's page make of a week. */
export async function timePages(
  { store, models, end }: WatchedModel,
  directory: string,
): Promise<{ overview: number; heatmap: number; column: number }> {
  const app = await startApp({ store, models, spool: directory, clock: () => new Date(end) })
  const model = `${app.url}/api/v1/models/growth`
  const at = (hours: number) => new Date(end + hours * HOUR_MS).toISOString()
  const week = `from=${at(-7 * 24)}&to=${at(1)}`
  try {
    return {
      overview: await fastestRead(`${app.url}/api/v1/overview`),
      heatmap: await fastestRead(`${model}/heatmap?monitor=growth&${week}`),
      column:
        (await fastestRead(`${model}/results?monitor=growth&column=f0&${week}`)) +
        (await fastestRead(`${model}/columns/f0/distribution?from=${at(-24)}&to=${at(0)}`)),
    }
  } finally {
    app.close()
  }
}
