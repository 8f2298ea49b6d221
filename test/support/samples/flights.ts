import type { ClickHouseClient } from '@clickhouse/client'
import { DEMO_MODEL, labelEvent, predictionEvent, type PredictionEvent } from '../../../cli/demo/events.ts'
import { readFlights } from '../../../cli/demo/flights.ts'
import { INCIDENTS } from '../../../cli/demo/incident.ts'
import { fit, type LatenessModel } from '../../../cli/demo/model.ts'

/** One flight in so many: about a thousand a day. */
const EVERY = 16

/** How the model is declared. */
export const FLIGHTS_MODEL = {
  name: DEMO_MODEL,
  task: 'binary',
  positive: 'late',
  features: { hour: 'numeric', distance: 'numeric', origin: 'categorical', destination: 'categorical' },
}

/** A time of January or February 2001; the hour may have a fraction. */
export const january = (day: number, hour = 0) => new Date(Date.UTC(2001, 0, day) + hour * 3_600_000)
export const february = (day: number, hour = 0) => january(31 + day, hour)

export interface Flights {
  /** A model of the flights that left in `[from, to)`. */
  train(from: Date, to: Date): LatenessModel
  /** What a version of a model predicts in `[from, to)`, as it is logged. */
  predicted(from: Date, to: Date, model: LatenessModel, version: string): PredictionEvent[]
  /** The same as the rows of a baseline, with what became of each flight. */
  known(from: Date, to: Date, model: LatenessModel): object[]
}

/** Real flights from January 2001 to `end`, their distance in kilometres from `incident` on, by the demo's own fault. */
export async function readFlightLog(client: ClickHouseClient, incident: Date, end: Date): Promise<Flights> {
  const flights = await readFlights(client, { from: january(1).getTime(), to: end.getTime(), every: EVERY })
  const faults = [{ ...INCIDENTS[0], from: incident.getTime(), to: end.getTime() }]
  const within = (from: Date, to: Date) =>
    flights.filter(({ ts }) => ts >= from.getTime() && ts < to.getTime())
  return {
    train: (from, to) => fit(within(from, to)),
    predicted: (from, to, model, version) =>
      within(from, to).map((flight) => ({ ...predictionEvent(flight, model, faults), version })),
    known: (from, to, model) =>
      within(from, to).map((flight) => {
        const { features, prediction, score } = predictionEvent(flight, model, faults)
        return { ...features, prediction, score, label: labelEvent(flight).label }
      }),
  }
}
