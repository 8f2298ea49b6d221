import type { Flight } from './flights.ts'

/**
 * A plain model of whether a flight arrives late: how often flights of its hour and of its origin were late,
 * combined as if the two acted independently on the logit scale.
 */
export interface LatenessModel {
  /** Share of late flights in the training data. */
  base: number
  /** Log odds of an hour, or of an origin, less the log odds of `base`. */
  hours: ReadonlyMap<number, number>
  origins: ReadonlyMap<string, number>
  /** A score from here on predicts `late`. */
  threshold: number
}

export type Prediction = 'late' | 'on-time'

/** Each group's rate is counted as if it had this many more flights, late as often as all are. */
const PRIOR_FLIGHTS = 20

export type ModelInput = Pick<Flight, 'hour' | 'origin'>

/**
 * Fits the model. The threshold is set where as many flights are predicted late as were late: at 0.5 next to
 * none would be, for a flight is rarely more likely late than not.
 */
export function fit(flights: readonly (ModelInput & Pick<Flight, 'late'>)[]): LatenessModel {
  if (flights.length === 0) throw new RangeError('no flights to fit the model on')
  const late = flights.reduce((sum, flight) => sum + Number(flight.late), 0)
  // Kept off 0 and 1, where the log odds are infinite.
  const base = (late + 1) / (flights.length + 2)
  const model = {
    base,
    hours: offsets(flights, (flight) => flight.hour, base),
    origins: offsets(flights, (flight) => flight.origin, base),
    threshold: 1,
  }
  const scores = Float64Array.from(flights, (flight) => score(model, flight)).sort()
  const first = Math.min(scores.length - 1, scores.length - late)
  return { ...model, threshold: scores[first] ?? 1 }
}

/** The probability that the flight arrives late; an hour or an origin never seen adds nothing to the other. */
export function score(model: LatenessModel, flight: ModelInput): number {
  const hour = model.hours.get(flight.hour) ?? 0
  const origin = model.origins.get(flight.origin) ?? 0
  return 1 / (1 + Math.exp(-(logit(model.base) + hour + origin)))
}

export function predict(model: LatenessModel, probability: number): Prediction {
  return probability >= model.threshold ? 'late' : 'on-time'
}

function offsets<Key, Row extends Pick<Flight, 'late'>>(
  flights: readonly Row[],
  keyOf: (flight: Row) => Key,
  base: number,
): Map<Key, number> {
  const groups = new Map<Key, { flights: number; late: number }>()
  for (const flight of flights) {
    const key = keyOf(flight)
    const group = groups.get(key) ?? { flights: 0, late: 0 }
    group.flights += 1
    group.late += Number(flight.late)
    groups.set(key, group)
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const rate = (group.late + PRIOR_FLIGHTS * base) / (group.flights + PRIOR_FLIGHTS)
      return [key, logit(rate) - logit(base)]
    }),
  )
}

function logit(p: number): number {
  return Math.log(p / (1 - p))
}
