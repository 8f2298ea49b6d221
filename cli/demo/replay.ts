import { DAY_MS } from '../../domain/time.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import type { Result } from '../../store/results/results.ts'
import type { Service } from '../../service/service.ts'
import { DEMO_MODEL, type Day } from './events.ts'
import { post } from './http.ts'

const TEN_MINUTES_MS = 600_000

export const DEMO_CHANNEL = 'team'

/** Twice a day over the last 24 hours; labels two days later, since they follow within 30 hours. */
export const DEMO_MONITOR = monitorSchema.parse({
  name: 'flights-daily',
  model: DEMO_MODEL,
  window: '24h',
  every: '12h',
  label_delay: '48h',
  alert: { fire: '2 of 3', resolve: 2, channels: [DEMO_CHANNEL] },
})

/**
 * What weather does to one day says little of the concept, so two weeks are judged together. Repeats are rare: an
 * episode lasts for weeks.
 */
export const DEMO_CONCEPT_MONITOR = monitorSchema.parse({
  name: 'flights-fortnight',
  model: DEMO_MODEL,
  checks: ['concept', 'performance'],
  window: '14d',
  every: '24h',
  label_delay: '48h',
  alert: { fire: '2 of 3', resolve: 2, repeat: '14d', channels: [DEMO_CHANNEL] },
})

export interface Replay {
  service: Service
  days: Iterable<Day>
  /** Ends it between two days, with what it was aborted by. */
  signal: AbortSignal
  /** Told of each day that is done. */
  onDay: (date: string) => void
}

export interface Replayed {
  predictions: number
  labels: number
  results: Result[]
}

/** Days that are sent together: a request, and counting what came in it, cost little more for a week than for a day. */
const DAYS_TOGETHER = 7

/**
 * Sends the days through the HTTP intake, a week at a time. While the next week comes in, the worker lives through the one
 * before day by day, as a deployment would: it evaluates what has come due and delivers alerts, as if it were ten past
 * midnight. No window that is due then holds what comes in later.
 */
export async function replay({ service, days, signal, onDay }: Replay): Promise<Replayed> {
  const total: Replayed = { predictions: 0, labels: 0, results: [] }
  const base = `${service.url}/api/v1/models/${DEMO_MODEL}`
  const send = async (week: readonly Day[]) => {
    const { predictions, labels } = joined(week)
    total.predictions += await post(`${base}/predictions`, predictions)
    total.labels += await post(`${base}/labels`, labels)
  }
  const evaluate = async (week: readonly Day[]) => {
    for (const { date, predictions } of week) {
      signal.throwIfAborted()
      // After the last flight only labels come, and silence would be reported as missing data.
      if (predictions.length === 0) return
      const now = new Date(Date.parse(date) + DAY_MS + TEN_MINUTES_MS)
      await service.worker.run(now, (results) => total.results.push(...results))
      onDay(date)
    }
  }
  let before: readonly Day[] = []
  for (const week of inWeeks(days)) {
    await Promise.all([send(week), evaluate(before)])
    before = week
  }
  await evaluate(before)
  return total
}

function* inWeeks(days: Iterable<Day>): Generator<Day[]> {
  let week: Day[] = []
  for (const day of days) {
    week.push(day)
    if (week.length < DAYS_TOGETHER) continue
    yield week
    week = []
  }
  if (week.length > 0) yield week
}

function joined(week: readonly Day[]): Pick<Day, 'predictions' | 'labels'> {
  return {
    predictions: week.flatMap(({ predictions }) => predictions),
    labels: week.flatMap(({ labels }) => labels),
  }
}
