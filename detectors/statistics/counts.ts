/**
 * Counts over the same bins or categories on both sides, and the shares made of them.
 * `b` is always the baseline, `c` the current window; weights that are not integers are fine as well.
 */
import { sum } from 'simple-statistics'

export type Counts = readonly number[]

/** Shares of the baseline (`p`) and of the window (`q`), bin by bin. */
export interface SharePair {
  p: readonly number[]
  q: readonly number[]
}

/** A constant that takes the place of zero shares, or a rule that derives it from one side's shares. */
export type ZeroFill = number | ((shares: readonly number[]) => number)

/**
 * Rows on each side.
 * @returns `undefined` when a side is empty: no statistic compares nothing with something
 * @throws RangeError when the sides are not over the same bins
 */
export function totals(b: Counts, c: Counts): { nB: number; nC: number } | undefined {
  if (b.length !== c.length)
    throw new RangeError(`${b.length} baseline bins against ${c.length} in the window`)
  const nB = sum([...b])
  const nC = sum([...c])
  return nB > 0 && nC > 0 ? { nB, nC } : undefined
}

/** `n_eff = n_b n_c / (n_b + n_c)`, without overflow. */
export function effectiveRows({ nB, nC }: { nB: number; nC: number }): number {
  return nB / (1 + nB / nC)
}

/** `p_i = b_i / n_b`, `q_i = c_i / n_c`; `undefined` when a side is empty. */
export function plainShares(b: Counts, c: Counts): SharePair | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  return { p: b.map((count) => count / n.nB), q: c.map((count) => count / n.nC) }
}

/**
 * Shares with half a row added to each bin (Jeffreys' prior), so that an empty bin has a finite logarithm:
 * `p_i = (b_i + 0.5) / (n_b + 0.5 K)`. Bins empty on both sides are not among the K and keep a share of 0.
 */
export function smoothedShares(b: Counts, c: Counts): SharePair | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  const occupied = b.map((count, i) => count > 0 || c[i] > 0)
  const K = occupied.filter(Boolean).length
  const smooth = (counts: Counts, rows: number) =>
    counts.map((count, i) => (occupied[i] ? (count + 0.5) / (rows + 0.5 * K) : 0))
  return { p: smooth(b, n.nB), q: smooth(c, n.nC) }
}

/** Plain shares with zeros replaced by `fill`, as most published tools do; the sum then exceeds 1 unless `renormalise`. */
export function filledShares(
  b: Counts,
  c: Counts,
  fill: ZeroFill,
  renormalise = false,
): SharePair | undefined {
  const plain = plainShares(b, c)
  if (!plain) return undefined
  const filled = (shares: readonly number[]) => {
    const constant = typeof fill === 'number' ? fill : fill(shares)
    const replaced = shares.map((share) => (share === 0 ? constant : share))
    const whole = renormalise ? sum(replaced) : 1
    return replaced.map((share) => share / whole)
  }
  return { p: filled(plain.p), q: filled(plain.q) }
}
