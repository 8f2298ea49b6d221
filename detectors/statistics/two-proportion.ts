/** Pooled two-proportion z-test. */
import { normalSf } from './tails.ts'

export interface ProportionTest {
  /** Standardised difference, positive when the baseline's share is the larger. */
  z: number
  pValue: number
}

/**
 * Is the share of hits the same on both sides?
 *
 * `z = (p_b - p_c) / sqrt(p (1 - p) (1/n_b + 1/n_c))`, p the share over both sides together. Where both sides hold
 * the same single value (no hits, or hits only) there is nothing to tell apart: z 0, p 1.
 * @param hitsB, hitsC rows with the property, at most `nB` and `nC`
 * @param alternative `less`: the baseline's share is less than the window's; `greater`: it is greater
 * @returns `undefined` when a side is empty
 */
export function twoProportion(
  hitsB: number,
  nB: number,
  hitsC: number,
  nC: number,
  alternative: 'two-sided' | 'less' | 'greater' = 'two-sided',
): ProportionTest | undefined {
  if (!(nB > 0 && nC > 0)) return undefined
  const pooled = (hitsB + hitsC) / (nB + nC)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / nB + 1 / nC))
  if (deviation === 0) return { z: 0, pValue: 1 }
  const z = (hitsB / nB - hitsC / nC) / deviation
  if (alternative === 'two-sided') return { z, pValue: 2 * normalSf(Math.abs(z)) }
  return { z, pValue: normalSf(alternative === 'greater' ? z : -z) }
}
