/** L-infinity (Chebyshev) distance of shares. */
import { max } from 'simple-statistics'
import { plainShares, type Counts } from './counts.ts'

/**
 * `max |p_i - q_i|`, the largest change of a single bin's share, in [0, 1].
 * @returns `undefined` when a side is empty
 */
export function lInfinity(b: Counts, c: Counts): number | undefined {
  const shares = plainShares(b, c)
  return shares && max(shares.p.map((p, i) => Math.abs(p - shares.q[i])))
}
