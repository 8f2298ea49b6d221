import type { HourLabels, LabelsInput } from '../../detectors/quality/labels-late.ts'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { DELAY_SLOTS, longestDelay } from '../../store/labelled/label-delay.ts'
import type { Random } from '../false-alarms/random.ts'

/** Labels come to so many predictions, evenly over these ages. */
const LABELLED = 0.8
const FIRST_HOUR = 4
const LAST_HOUR = 30

/**
 * Labels of hourly traffic as they come in.
 * @param part of the labels of an hour that come at all
 */
export function labelStream(
  random: Random,
  traffic: Int32Array,
  start: number,
  part: (hour: number) => number = () => 1,
) {
  const labels = new Int32Array(traffic.length)
  const delays = new Array<number>(DELAY_SLOTS).fill(0)
  const share = LABELLED / (LAST_HOUR - FIRST_HOUR + 1)
  return {
    /** Takes in what comes in one hour. */
    advance(hour: number): void {
      for (let age = FIRST_HOUR; age <= LAST_HOUR && age <= hour; age++) {
        const n = random.binomial(traffic[hour - age], share * part(hour - age))
        labels[hour - age] += n
        delays[slotOf(age * HOUR_MS)] += n
      }
    },
    /** What is known at `end` of a window of a day, once its labels have had `delay` to come. */
    input(first: number, end: number, delay: number): LabelsInput {
      const to = end - delay
      const hours: HourLabels[] = []
      for (let at = first; at < end; at += HOUR_MS) {
        const hour = (at - start) / HOUR_MS
        hours.push({ hour: at, predictions: traffic[hour], labels: labels[hour] })
      }
      return {
        window: hours.filter(({ hour }) => hour >= to - DAY_MS && hour + HOUR_MS <= to),
        past: hours.filter(({ hour }) => hour < to - DAY_MS),
        delays,
        now: end,
      }
    },
  }
}

function slotOf(delay: number): number {
  for (let slot = 0; slot < DELAY_SLOTS; slot++) if (longestDelay(slot) >= delay) return slot
  return DELAY_SLOTS - 1
}
