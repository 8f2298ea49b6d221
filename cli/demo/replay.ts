import type { Logger } from 'pino'
import { rollup } from '../../detectors/rollup.ts'
import { runMonitor } from '../../detectors/run.ts'
import type { Model } from '../../store/model.ts'
import { monitorSchema, type Monitor } from '../../store/monitor.ts'
import type { Result } from '../../store/results.ts'
import type { Service } from '../service.ts'
import { CODE_VERSION } from '../version.ts'
import { DEMO_MODEL, type Day } from './events.ts'
import { post } from './http.ts'

const DAY_MS = 86_400_000
/** Labels follow within 30 hours, so a day's labels are complete two days later. */
const LABEL_DELAY_MS = 2 * DAY_MS

/** Predictions and features are checked as soon as a day is over, labels when they have come. */
export const DEMO_MONITORS: { prompt: Monitor; late: Monitor } = {
  prompt: monitorSchema.parse({
    name: 'flights-daily',
    model: DEMO_MODEL,
    checks: ['feature', 'prediction'],
    window: '24h',
  }),
  late: monitorSchema.parse({ name: 'flights-labels', model: DEMO_MODEL, checks: ['label'], window: '24h' }),
}

export interface Replay {
  service: Service
  model: Model
  log: Logger
  days: Iterable<Day>
  /** Predictions before this are not evaluated; epoch milliseconds. */
  from: number
  /** Told of each day that is done and the results it brought. */
  onDay: (date: string, results: Result[]) => void
}

export interface Replayed {
  predictions: number
  labels: number
  results: Result[]
}

/**
 * Lives through the days as a deployment would: each day's predictions and labels go through the HTTP intake,
 * then the changed hours are rolled up and the windows that have come due are evaluated.
 */
export async function replay({ service, model, days, from, onDay }: Replay): Promise<Replayed> {
  const total: Replayed = { predictions: 0, labels: 0, results: [] }
  let lastPrediction = from
  for (const { date, predictions, labels } of days) {
    const base = `${service.url}/api/v1/models/${model.name}`
    total.predictions += await post(`${base}/predictions`, predictions)
    total.labels += await post(`${base}/labels`, labels)
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: service.nextGeneration })
    const end = Date.parse(date) + DAY_MS
    if (predictions.length > 0) lastPrediction = end
    const due = [
      { monitor: DEMO_MONITORS.prompt, end },
      { monitor: DEMO_MONITORS.late, end: end - LABEL_DELAY_MS },
    ].filter((window) => window.end > from && window.end <= lastPrediction)
    const results: Result[] = []
    for (const { monitor, end } of due) {
      const request = {
        store: service.store,
        model,
        monitor,
        end: new Date(end),
        now: new Date(),
        codeVersion: CODE_VERSION,
      }
      const outcome = await runMonitor(request)
      if (outcome.status === 'no_baseline') throw new Error('the demo has no baseline')
      results.push(...outcome.results)
    }
    total.results.push(...results)
    onDay(date, results)
  }
  return total
}
