/** Kullback–Leibler divergence of binned shares. Kullback and Leibler (1951). */
import { sum } from 'simple-statistics'
import { filledShares, plainShares, smoothedShares, type Counts, type ZeroFill } from './counts.ts'

export interface KlOptions {
  /** `baseline_to_window` (default) is `sum p ln(p / q)`; the other way is `sum q ln(q / p)`. */
  direction?: 'baseline_to_window' | 'window_to_baseline'
  /**
   * `smooth` (default): half a row more in each bin, as PSI. `keep`: shares as they are; the divergence is Infinity
   * where a bin is lost. `{ fill }`: zero shares replaced, and all scaled back to sum 1 when `renormalise`.
   */
  zeros?: 'smooth' | 'keep' | { fill: ZeroFill; renormalise?: boolean }
}

/**
 * Divergence in nats, from 0 (same shares) upwards; not symmetric.
 * @returns `undefined` when a side is empty
 */
export function klDivergence(b: Counts, c: Counts, options: KlOptions = {}): number | undefined {
  const { direction = 'baseline_to_window', zeros = 'smooth' } = options
  const shares =
    zeros === 'smooth'
      ? smoothedShares(b, c)
      : zeros === 'keep'
        ? plainShares(b, c)
        : filledShares(b, c, zeros.fill, zeros.renormalise)
  if (!shares) return undefined
  const [from, to] = direction === 'baseline_to_window' ? [shares.p, shares.q] : [shares.q, shares.p]
  const terms = from.map((share, i) => (share === 0 ? 0 : share * Math.log(share / to[i])))
  // A compensated sum would turn Infinity into NaN.
  return terms.includes(Infinity) ? Infinity : sum(terms)
}
