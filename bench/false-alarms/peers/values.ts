import { normalIsf } from '../../../detectors/statistics/tails.ts'
import type { SimulatedColumn } from '../columns.ts'
import type { Normal } from '../shifts.ts'
import type { Random } from '../random.ts'

const STEPS = 1 << 16
/** Quantiles of the standard normal distribution in even steps; the outermost ones stand for infinity. */
const QUANTILES = Float64Array.from(
  { length: STEPS + 1 },
  (_, i) => -normalIsf(Math.min(Math.max(i, 0.5), STEPS - 0.5) / STEPS),
)

/**
 * Raw values that give these counts: for a number, normal values within the share of its slot; for a category, its
 * index; NaN for a missing value.
 */
export function valuesOf(
  { binning, law }: SimulatedColumn,
  counts: Int32Array,
  { mean, sd }: Normal,
  random: Random,
): number[] {
  const values: number[] = new Array<number>(counts[0]).fill(NaN)
  const present = 1 - law.shares[0]
  let below = 0
  for (let slot = 1; slot < counts.length; slot++) {
    const share = law.shares[slot] / present
    for (let row = 0; row < counts[slot]; row++)
      values.push(binning.kind === 'numeric' ? mean + sd * quantile(below + share * random.next()) : slot - 1)
    below += share
  }
  return values
}

/** By interpolation, as exact quantiles of so many rows would take longer than judging them. */
function quantile(p: number): number {
  const step = Math.min(Math.floor(p * STEPS), STEPS - 1)
  return QUANTILES[step] + (p * STEPS - step) * (QUANTILES[step + 1] - QUANTILES[step])
}

/** In place (Fisher and Yates). */
export function shuffle(values: number[], random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1))
    ;[values[last], values[other]] = [values[other], values[last]]
  }
}
