/** Total variation distance: the largest difference in probability that any set of bins can show. */
import { sum } from 'simple-statistics'
import { plainShares, type Counts } from './counts.ts'

/**
 * `1/2 sum |p_i - q_i|` of the shares, without smoothing: 0 same shares, 1 no bin in common.
 * @returns `undefined` when a side is empty
 */
export function totalVariation(b: Counts, c: Counts): number | undefined {
  const shares = plainShares(b, c)
  return shares && Math.min(1, sum(shares.p.map((p, i) => Math.abs(p - shares.q[i]))) / 2)
}
