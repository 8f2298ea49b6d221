/**
 * The signed-root statistic of two shares without its sign: the root of twice the log likelihood ratio (Wilks 1938),
 * with half a row taken off the change. Under no change about as the absolute value of a standard normal, and unlike
 * the z of a pooled test so in the far tail with few rows: six where one is expected have 3e-7 by z, 6e-4 in truth.
 * @param x, y rows with the property among n of the baseline and m of the window; both sides have rows
 */
export function likelihoodRoot(x: number, n: number, y: number, m: number): number {
  const pooled = (x + y) / (n + m)
  const change = Math.abs(y - pooled * m) - 0.5
  if (change <= 0) return 0
  const excess = y > pooled * m ? change : -change
  const cells = [
    [pooled * m, excess],
    [(1 - pooled) * m, -excess],
    [pooled * n, -excess],
    [(1 - pooled) * n, excess],
  ]
  const ratio = cells.reduce(
    (sum, [mean, more]) => sum + (mean + more > 0 ? (mean + more) * Math.log1p(more / mean) : 0),
    0,
  )
  return Math.sqrt(2 * Math.max(0, ratio))
}
