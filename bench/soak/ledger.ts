import { HOUR_MS } from '../../domain/time.ts'
import { timeOf, type Event } from './events.ts'
import { refusedIn } from './retention.ts'
import type { Scenario } from './scenario.ts'
import { historicalLabelsOf, labelsOf, predictionsOf, type SentLabel } from './traffic.ts'

/** What the service must know of an hour. */
export interface HourCounts {
  predictions: number
  /** Of these, those that still have their first values. */
  uncorrected: number
  labels: number
  /** Labels that say `yes`. */
  yes: number
}

const NOTHING: HourCounts = { predictions: 0, uncorrected: 0, labels: 0, yes: 0 }

/** Everything that was sent, duplicates and corrections by themselves. */
export interface Totals {
  predictions: number
  repeated: number
  corrections: number
  labels: number
  flips: number
  refused: number
}

export interface Ledger {
  hours: ReadonlyMap<number, HourCounts>
  totals: Totals
  /** Labels whose prediction comes in the next step. */
  early: readonly SentLabel[]
  /** Enters a step, once all of it is acknowledged. */
  add(step: number): void
}

/** What the producer knows to have been acknowledged, by the hour of the prediction. */
export function createLedger(scenario: Scenario): Ledger {
  const hours = new Map<number, HourCounts>()
  const totals: Totals = { predictions: 0, repeated: 0, corrections: 0, labels: 0, flips: 0, refused: 0 }
  let early: SentLabel[] = []
  const hourOf = (event: Event): HourCounts => {
    const hour = Math.floor(timeOf(scenario, event) / HOUR_MS) * HOUR_MS
    const known = hours.get(hour)
    if (known !== undefined) return known
    const fresh = { ...NOTHING }
    hours.set(hour, fresh)
    return fresh
  }
  const addLabel = ({ event, as, isYes }: SentLabel) => {
    const hour = hourOf(event)
    if (as === 'first') hour.labels++
    if (isYes) hour.yes++
    else if (as === 'corrected') hour.yes--
  }
  return {
    hours,
    totals,
    get early() {
      return early
    },
    add(step) {
      for (const { event, as } of predictionsOf(scenario, step)) {
        const hour = hourOf(event)
        if (as === 'repeated') totals.repeated++
        else if (as === 'corrected') {
          hour.uncorrected--
          totals.corrections++
        } else {
          hour.predictions++
          hour.uncorrected++
          totals.predictions++
        }
      }
      early.forEach(addLabel)
      early = []
      for (const label of step < 0 ? historicalLabelsOf(scenario, step) : labelsOf(scenario, step)) {
        if (label.as === 'first') totals.labels++
        else totals.flips++
        if (label.event.step > step) early.push(label)
        else addLabel(label)
      }
      totals.refused += refusedIn(step)
    },
  }
}
