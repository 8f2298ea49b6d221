import type { Flight } from './flights.ts'

/** A fault put into the real data, and named as such wherever it shows. */
export interface Incident {
  /** `[from, to)`, epoch milliseconds. */
  from: number
  to: number
  column: string
  description: string
}

/** Monday to Sunday of a quiet week: no other column, and not the label, moves by a PSI of 0.1 against January. */
export const INCIDENT: Incident = {
  from: Date.parse('2001-04-16T00:00:00Z'),
  to: Date.parse('2001-04-23T00:00:00Z'),
  column: 'distance',
  description: 'injected: distance sent in kilometres instead of miles',
}

const KILOMETRES_PER_MILE = 1.609344

/** The distance as the feature pipeline sends it: miles, but for the incident. */
export function sendDistance(flight: Pick<Flight, 'ts' | 'distance'>, { from, to }: Incident): number {
  const broken = flight.ts >= from && flight.ts < to
  return broken ? Math.round(flight.distance * KILOMETRES_PER_MILE) : flight.distance
}
