/**
 * Population stability index: the symmetrised Kullback–Leibler divergence (Jeffreys' J) of binned shares.
 * Siddiqi (2006), Credit Risk Scorecards; its null distribution: Yurdakul and Naranjo (2020).
 */
import { sum } from 'simple-statistics'
import { filledShares, smoothedShares, type Counts, type ZeroFill } from './counts.ts'

export interface PsiOptions {
  /** Replace zero shares by this constant (published tools mostly take 1e-4) in place of smoothing all bins. */
  zeroFill?: ZeroFill
}

/**
 * What each bin adds to PSI, `(q_i - p_i) ln(q_i / p_i)`: none is negative, and a bin empty on both sides adds 0.
 * @returns one number a bin, in nats; `undefined` when a side is empty
 */
export function psiContributions(b: Counts, c: Counts, options: PsiOptions = {}): number[] | undefined {
  const { zeroFill } = options
  const shares = zeroFill === undefined ? smoothedShares(b, c) : filledShares(b, c, zeroFill)
  return shares?.p.map((p, i) => {
    const q = shares.q[i]
    return p === q ? 0 : (q - p) * Math.log(q / p)
  })
}

/**
 * PSI, `sum (q_i - p_i) ln(q_i / p_i)`, in nats, from 0 (same shares) upwards without limit.
 * On stationary data its mean is about `(K - 1) (1/n_b + 1/n_c)`.
 */
export function psi(b: Counts, c: Counts, options: PsiOptions = {}): number | undefined {
  const contributions = psiContributions(b, c, options)
  return contributions && sum(contributions)
}
