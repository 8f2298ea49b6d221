import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/time.ts'
import type { Flight } from './flights.ts'
import { predict, score, type LatenessModel, type Prediction } from './model.ts'
import { INCIDENTS, sendFeatures, type Features } from './incident.ts'

/** A prediction as it travels on the topic `predictions`. */
export interface PredictionEvent {
  model: string
  id: string
  ts: string
  version: string
  features: Features
  prediction: Prediction
  score: number
}

/** A label as it travels on the topic `labels`. */
export interface LabelEvent {
  model: string
  id: string
  label: Prediction
  labelled_at: string
  prediction_ts: string
}

/** What arrives on one UTC day: the predictions of its flights, and the labels that became known. */
export interface Day {
  /** `YYYY-MM-DD` */
  date: string
  predictions: PredictionEvent[]
  labels: LabelEvent[]
}

export const DEMO_MODEL = 'flights'
export const DEMO_VERSION = '1'

export function predictionEvent(
  flight: Flight,
  model: LatenessModel,
  incidents = INCIDENTS,
): PredictionEvent {
  const probability = score(model, flight)
  return {
    model: DEMO_MODEL,
    id: flightId(flight),
    ts: new Date(flight.ts).toISOString(),
    version: DEMO_VERSION,
    features: sendFeatures(flight, incidents),
    prediction: predict(model, probability),
    score: probability,
  }
}

/** Airlines report about a day later: 20 to 30 hours after departure, by a hash of the row number. */
export function labelEvent(flight: Flight): LabelEvent {
  const spread = (Math.imul(flight.row, 0x9e3779b1) >>> 0) % 600
  return {
    model: DEMO_MODEL,
    id: flightId(flight),
    label: flight.late ? 'late' : 'on-time',
    labelled_at: new Date(flight.ts + 20 * HOUR_MS + spread * MINUTE_MS).toISOString(),
    prediction_ts: new Date(flight.ts).toISOString(),
  }
}

/**
 * Turns flights, in order of departure, into what arrives day by day, each list in order of arrival. The last
 * days bring labels only.
 */
export function* eventsByDay(
  flights: Iterable<Flight>,
  model: LatenessModel,
  incidents = INCIDENTS,
): Generator<Day> {
  const waiting = new Map<string, LabelEvent[]>()
  let today: Day | undefined
  const close = (day: Day): Day => {
    day.labels = (waiting.get(day.date) ?? []).sort(
      (a, b) => Number(a.labelled_at > b.labelled_at) - Number(a.labelled_at < b.labelled_at),
    )
    waiting.delete(day.date)
    return day
  }
  for (const flight of flights) {
    const date = dateOf(new Date(flight.ts).toISOString())
    while (today && today.date < date) {
      yield close(today)
      today = emptyDay(nextDate(today.date))
    }
    today ??= emptyDay(date)
    today.predictions.push(predictionEvent(flight, model, incidents))
    const label = labelEvent(flight)
    const arrival = dateOf(label.labelled_at)
    const list = waiting.get(arrival)
    if (list) list.push(label)
    else waiting.set(arrival, [label])
  }
  while (today) {
    yield close(today)
    today = waiting.size > 0 ? emptyDay(nextDate(today.date)) : undefined
  }
}

function flightId({ origin, destination, row }: Flight): string {
  return `${origin}-${destination}-${row}`
}

function emptyDay(date: string): Day {
  return { date, predictions: [], labels: [] }
}

function dateOf(instant: string): string {
  return instant.slice(0, 10)
}

function nextDate(date: string): string {
  return dateOf(new Date(Date.parse(date) + DAY_MS).toISOString())
}
