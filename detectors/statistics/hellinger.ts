/** Hellinger distance. Hellinger (1909). */
import { sum } from 'simple-statistics'
import { plainShares, type Counts } from './counts.ts'

/**
 * `sqrt(1/2 sum (sqrt p_i - sqrt q_i)²)` of the shares, without smoothing: 0 same shares, 1 no bin in common.
 * @returns `undefined` when a side is empty
 */
export function hellinger(b: Counts, c: Counts): number | undefined {
  const shares = plainShares(b, c)
  if (!shares) return undefined
  const squares = shares.p.map((p, i) => (Math.sqrt(p) - Math.sqrt(shares.q[i])) ** 2)
  return Math.min(1, Math.sqrt(sum(squares) / 2))
}
