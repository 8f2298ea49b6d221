/**
 * The two pieces of Loader's saddle-point expansion, by which Poisson and binomial probabilities keep their digits
 * where a difference of log-gammas loses them.
 * Loader (2000), Fast and accurate computation of binomial probabilities.
 */

/** Coefficients `B_2k / (2k (2k - 1))` of Stirling's series in 1/x. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** The series has full precision from here on. */
const LARGE = 16

/** `ln gamma(x + 1) - ln(sqrt(2 pi x) (x / e)^x)`, what Stirling's formula leaves out, for x > 0. */
export function stirlingError(x: number): number {
  // Below, walk up: error(x) - error(x + 1) = (x + 1/2) ln(1 + 1/x) - 1.
  let walked = 0
  for (; x < LARGE; x++) walked += (x + 0.5) * Math.log1p(1 / x) - 1
  const inverse = 1 / (x * x)
  let series = 0
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * inverse + STIRLING[k]
  return walked + series / x
}

/** `x ln(x / m) + m - x` for x >= 0 and m > 0, without cancellation where x is near m. At least 0. */
export function devianceTerm(x: number, m: number): number {
  if (x === 0) return m
  const distance = x - m
  if (Math.abs(distance) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x
  // ln(x / m) = 2 atanh(v), so the sum is distance * v + 2x (v^3/3 + v^5/5 + ...).
  const v = distance / (x + m)
  const square = v * v
  let sum = distance * v
  let power = 2 * x * v
  for (let odd = 3; odd < 100; odd += 2) {
    power *= square
    const next = sum + power / odd
    if (next === sum) break
    sum = next
  }
  return sum
}
