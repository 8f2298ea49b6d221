import type { Flight } from './flights.ts'

/** Features of a flight as the pipeline sends them. */
export interface Features {
  hour: number
  distance: number
  origin: string
  destination: string
}

/** A fault put into the real data, and named as such wherever it shows. */
export interface Incident {
  /** `[from, to)`, epoch milliseconds. */
  from: number
  to: number
  column: keyof Features
  description: string
  /** What is sent in place of the truth. */
  falsify: (features: Features, flight: Pick<Flight, 'row'>) => Features
}

const KILOMETRES_PER_MILE = 1.609344

export const INCIDENTS: readonly Incident[] = [
  // Monday to Sunday of a quiet week: no other column, and not the label, moves by a PSI of 0.1 against January.
  {
    from: Date.parse('2001-04-16T00:00:00Z'),
    to: Date.parse('2001-04-23T00:00:00Z'),
    column: 'distance',
    description: 'injected: distance sent in kilometres instead of miles',
    falsify: (features) => ({ ...features, distance: Math.round(features.distance * KILOMETRES_PER_MILE) }),
  },
  // Goes on to the end, so that there is an alert to follow.
  {
    from: Date.parse('2001-06-27T00:00:00Z'),
    to: Date.parse('2001-07-01T00:00:00Z'),
    column: 'origin',
    description: 'injected: a new client sends every third origin in lower case',
    falsify: (features, { row }) =>
      row % 3 === 0 ? { ...features, origin: features.origin.toLowerCase() } : features,
  },
]

/** A flight's features as the pipeline sends them: the truth, but for the incidents. */
export function sendFeatures(flight: Flight, incidents = INCIDENTS): Features {
  const { ts, hour, distance, origin, destination } = flight
  const truth: Features = { hour, distance, origin, destination }
  return incidents
    .filter(({ from, to }) => ts >= from && ts < to)
    .reduce((features, { falsify }) => falsify(features, flight), truth)
}
