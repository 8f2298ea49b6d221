/** Jensen–Shannon distance. Lin (1991); its square root is a metric: Endres and Schindelin (2003). */
import { sum } from 'simple-statistics'
import { plainShares, type Counts } from './counts.ts'

/**
 * Square root of the Jensen–Shannon divergence of the shares, without smoothing; symmetric.
 *
 * With m the mean share of a bin and `x = (p - q) / (p + q)`, the bin adds
 * `m/2 ((1 + x) ln(1 + x) + (1 - x) ln(1 - x))`, never below 0: small distances keep their digits.
 * @param options.base of the logarithm: base 2 (default) puts the distance in [0, 1]
 * @returns `undefined` when a side is empty
 */
export function jensenShannon(b: Counts, c: Counts, options: { base?: number } = {}): number | undefined {
  const shares = plainShares(b, c)
  if (!shares) return undefined
  const divergence = sum(
    shares.p.map((p, i) => {
      const q = shares.q[i]
      const m = (p + q) / 2
      return m === 0 ? 0 : (m / 2) * excess((p - q) / (p + q))
    }),
  )
  return Math.sqrt(divergence / Math.log(options.base ?? 2))
}

/** `(1 + x) ln(1 + x) + (1 - x) ln(1 - x)` on [-1, 1], from 0 at x = 0 to 2 ln 2 at both ends. */
function excess(x: number): number {
  if (Math.abs(x) === 1) return 2 * Math.LN2
  // For small x the two logarithms cancel; the series is x² + x⁴/6 + x⁶/15 + …
  const y = x * x
  if (y < 1e-4) return y * (1 + y / 6 + (y * y) / 15)
  return (1 + x) * Math.log1p(x) + (1 - x) * Math.log1p(-x)
}
