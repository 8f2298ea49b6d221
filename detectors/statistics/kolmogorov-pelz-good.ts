/** Pelz and Good's expansion of the Kolmogorov distribution in powers of 1/sqrt(n). */

/** Terms beyond it are below 1e-17 for all z < 1.5, which the callers keep to. */
const TERMS = 8

/**
 * `P(D_n < d)` for large n, as `K0 + K1 / n^(1/2) + K2 / n + K3 / n^(3/2)`, functions of `z = sqrt(n) d` in their theta
 * form, which converges fast for small z. The error is of the order n^-2.
 * Pelz and Good (1976), Approximating the lower tail-areas of the Kolmogorov–Smirnov one-sample statistic,
 * J. R. Stat. Soc. B 38(2); as printed in Simard and L'Ecuyer (2011).
 */
export function pelzGoodCdf(d: number, n: number): number {
  const root = Math.sqrt(n)
  const z = root * d
  const z2 = z * z
  const z4 = z2 * z2
  const z6 = z4 * z2
  let k0 = 0
  let k1 = 0
  let k2 = 0
  let k3 = 0
  for (let k = TERMS; k >= 0; k--) {
    // The sums run over all integers; k and -1 - k give the same half-integer square, k and -k the same square.
    const w = (Math.PI * (k + 0.5)) ** 2
    const half = 2 * Math.exp(-w / (2 * z2))
    k0 += half
    k1 += (w - z2) * half
    k2 += (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * w + (1 - 2 * z2) * w * w) * half
    k3 +=
      (((5 - 30 * z2) * w + 212 * z4 - 60 * z2) * w * w + (135 * z4 - 96 * z6) * w - 30 * z6 - 90 * z4 * z4) *
      half
  }
  let k2Whole = 0
  let k3Whole = 0
  for (let k = TERMS; k >= 1; k--) {
    const w = (Math.PI * k) ** 2
    const whole = 2 * Math.exp(-w / (2 * z2))
    k2Whole += w * whole
    k3Whole += (3 * z2 - w) * w * whole
  }
  const scale = Math.sqrt(Math.PI / 2)
  const second = k2 / (72 * z6 * z) - k2Whole / (36 * z2 * z)
  const third = k3 / (6480 * z6 * z4) + k3Whole / (216 * z6)
  return scale * (k0 / z + k1 / (6 * z4 * root) + second / n + third / (n * root))
}
