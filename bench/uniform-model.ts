import pino from 'pino'
import { modelSchema } from '../control/declared/model.ts'
import { createCounter } from '../detectors/rollup/counter.ts'
import { generationClock } from '../detectors/rollup/rollup.ts'
import { HOUR_MS } from '../domain/time.ts'
import { activate, baselineFromWindow } from '../ingest/baseline/baseline.ts'
import { storePredictions } from '../ingest/intake/pipeline.ts'
import { createWriter } from '../ingest/intake/writer.ts'
import { schedulerMemory, type SchedulerContext } from '../service/schedule/scheduler.ts'
import type { Store } from '../store/engine/client.ts'
import type { Models } from '../store/models.ts'
import { uniform } from './support.ts'

export interface UniformModel {
  name: string
  columns: number
  start: number
  hours: number
  rows: number
  /** So many of the first hours are the baseline, in use. */
  baselineHours: number
}

/** Fills so many models alike, called `m0`, `m1` and so on. */
export async function fillUniformModels(
  store: Store,
  models: Models,
  count: number,
  content: Omit<UniformModel, 'name'>,
): Promise<void> {
  for (let i = 0; i < count; i++) await fillUniform(store, models, { name: `m${i}`, ...content })
}

/** Declares a model whose features are uniform, with rows spread evenly over its hours. */
async function fillUniform(
  store: Store,
  models: Models,
  { name, columns, start, hours, rows, baselineHours }: UniformModel,
): Promise<void> {
  const random = uniform(7)
  const names = Array.from({ length: columns }, (_, column) => `f${column}`)
  const features = Object.fromEntries(names.map((one) => [one, 'numeric']))
  const model = modelSchema.parse({ name, task: 'regression', features })
  await models.declare(model, new Date(start))
  const now = new Date(start + hours * HOUR_MS)
  const records = Array.from({ length: rows }, (_, i) => ({
    value: {
      id: String(i),
      ts: start + Math.floor((i * hours * HOUR_MS) / rows),
      prediction: random(),
      features: Object.fromEntries(names.map((one) => [one, random()])),
    },
  }))
  const target = { store, writer: createWriter(store), model, source: 'bench', now }
  const taken = await storePredictions(target, records)
  if (taken.rejected.length > 0) throw new Error(`a row was rejected: ${taken.rejected[0].detail}`)
  const end = new Date(start + baselineHours * HOUR_MS)
  const window = { from: new Date(start).toISOString(), to: end.toISOString() }
  await baselineFromWindow(store, { model, name: 'bench', source: { window }, now })
  await activate(store, name, 1, now)
}

/** What ticks of a fresh scheduler need, without a log. */
export const schedulerContext = (store: Store, models: Models): SchedulerContext => ({
  store,
  models,
  log: pino({ level: 'silent' }),
  counter: createCounter(store, generationClock()),
  ...schedulerMemory(),
})
