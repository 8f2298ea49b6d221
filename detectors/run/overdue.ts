import { DAY_MS } from '../../domain/time.ts'
import type { Store } from '../../store/engine/client.ts'
import { firstScheduledEnd } from '../../store/results/evaluations.ts'
import type { Cadence, Monitor } from '../../control/declared/monitor.ts'
import { newestPrediction, predictionHoursBetween } from '../../store/events/predictions.ts'
import { CADENCE_LOOKBACK_MS, inferCadence, overduePeriods } from '../quality/cadence.ts'

/** A monitor whose data were never current expects new data only this long after its first window. */
const LOADING_MS = DAY_MS

/** Whether expected predictions did not arrive, and one sentence on why. */
export interface DataCheck {
  isMissing: boolean
  explanation: string
}

export const PREDICTIONS_CAME: DataCheck = { isMissing: false, explanation: 'Predictions arrived.' }

/**
 * Whether a window without a row of what the monitor checks is a fault. A model without any predictions has not
 * started; and while past ones are being loaded, none are missing.
 */
export async function checkForData(
  store: Store,
  { name, model, timezone, cadence: declared }: Monitor,
  start: Date,
  end: Date,
): Promise<DataCheck> {
  const newest = await newestPrediction(store, model, end)
  if (newest === undefined) return waiting('The model has not received any predictions yet.')
  if (newest >= start) return PREDICTIONS_CAME
  const cadence = declared ?? (await observedCadence(store, model, newest, timezone))
  if (cadence === 'irregular') return waiting('They have arrived at irregular times, so none are expected.')
  // What is not known yet is not taken for more than it can be.
  const expected: Cadence = cadence === 'unknown' ? 'monthly' : cadence
  if (overduePeriods(expected, newest, end, timezone) === 0)
    return waiting(`None are overdue: ${words(cadence, declared)}.`)
  if (await isLoading(store, name, newest, { start, end }))
    return waiting(
      'All stored predictions are from before the monitor started: past data may still be loading.',
    )
  const explanation =
    `No predictions arrived from ${start.toISOString()} to ${end.toISOString()}, although some were expected: ` +
    `${words(cadence, declared)}, and the newest is from ${newest.toISOString()}.`
  return { isMissing: true, explanation }
}

/** Whether past data may still be on their way: none are current, and the monitor has hardly begun. */
export async function isLoading(
  store: Store,
  monitor: string,
  newest: Date,
  { start, end }: { start: Date; end: Date },
): Promise<boolean> {
  const first = (await firstScheduledEnd(store, monitor)) ?? end
  const began = first.getTime() - (end.getTime() - start.getTime())
  return newest.getTime() < began && end.getTime() - first.getTime() < LOADING_MS
}

function waiting(why: string): DataCheck {
  return { isMissing: false, explanation: `No predictions arrived. ${why}` }
}

async function observedCadence(store: Store, model: string, newest: Date, timezone: string) {
  const from = new Date(Math.max(0, newest.getTime() - CADENCE_LOOKBACK_MS))
  const hours = await predictionHoursBetween(store, model, from, new Date(newest.getTime() + 1))
  return inferCadence(hours, timezone)
}

const PERIODS: Record<Cadence, string> = {
  hourly: 'every hour',
  daily: 'every day',
  weekdays: 'every day from Monday to Friday',
  weekly: 'every week',
  monthly: 'every month',
}

function words(cadence: Cadence | 'unknown', declared: Cadence | undefined): string {
  if (declared !== undefined) return `the monitor's \`cadence\` says that they arrive ${PERIODS[declared]}`
  if (cadence === 'unknown') return 'it is not yet known how often they arrive, so a whole month is allowed'
  return `so far they have arrived ${PERIODS[cadence]}`
}
