import { max, mean, median, min, standardDeviation } from 'simple-statistics'

export interface DeviationRule {
  /** How many standard deviations below, and above; absent: no limit on that side. */
  lower?: number
  upper?: number
  /** What the deviations are counted from; the mean unless said otherwise. */
  from?: keyof typeof CENTRES
  /** The range that the metric can have: a limit outside is moved to its end. */
  range?: readonly [lowest: number, highest: number]
}

/** A metric within `lower` and `upper`, both included, is as it was; an absent limit is not watched. */
export interface Limits {
  lower?: number
  upper?: number
}

const CENTRES = { mean, median, min, max }

/**
 * Limits for a metric, from its values in the chunks of the baseline: so many population standard deviations below and
 * above their mean (or median, …), in the unit of the metric. Three on either side is NannyML's default.
 *
 * Of a metric that never varied both limits are its only value. Over few chunks the deviation is a guess: on hourly
 * sliding windows at rest, mean ± 3 deviations is left in 30 to 90% of all 90-day periods.
 * @param values of the baseline's chunks; NaN and infinities are left out
 * @returns `undefined` when no value is left
 */
export function deviationLimits(
  values: readonly number[],
  { lower, upper, from = 'mean', range = [-Infinity, Infinity] }: DeviationRule = { lower: 3, upper: 3 },
): Limits | undefined {
  const known = values.filter(Number.isFinite)
  if (known.length === 0) return undefined
  // Relative to one of them, so that equal values have exactly that value for a mean and no deviation.
  const origin = known[0]
  const distances = known.map((value) => value - origin)
  const centre = origin + CENTRES[from](distances)
  const deviation = standardDeviation(distances)
  const [lowest, highest] = range
  return {
    ...(lower !== undefined && { lower: Math.max(lowest, centre - lower * deviation) }),
    ...(upper !== undefined && { upper: Math.min(highest, centre + upper * deviation) }),
  }
}

/** Is the metric outside its limits? On a limit is within. */
export function isOutside(value: number, { lower = -Infinity, upper = Infinity }: Limits): boolean {
  return value < lower || value > upper
}
