import type { ErrorHour } from '../performance/error-hours.ts'
import { meanError } from '../performance/error-hours.ts'
import type { HourGain } from './likeliest-start.ts'

/** The share of the baseline's error by which hours may differ for no reason. */
const TOLERATED = 0.05

/** How much likelier the mean error of each hour is by that of the hours from `from` on than by the baseline's. Pure. */
export function errorGains(
  usual: { mean: number; deviation: number },
  hours: readonly ErrorHour[],
  from: number,
): HourGain[] {
  const after = meanError(hours.filter(({ time }) => time >= from))
  return hours.map(({ time, rows, sum }) => {
    const mean = sum / rows
    const variance = usual.deviation ** 2 / rows + (TOLERATED * usual.mean) ** 2
    const gain = ((mean - usual.mean) ** 2 - (mean - after) ** 2) / (2 * variance)
    return { time, gain: Number.isFinite(gain) ? gain : 0 }
  })
}
