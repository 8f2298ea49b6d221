/** Exact p-values of the two-sample Kolmogorov–Smirnov statistic, for continuous data (ties make them conservative). */

/** Paths start from this in place of 1, so that probabilities down to 1e-308 keep their digits along the way. */
const SCALE = 2 ** 1000
/** Below it (1e-560 unscaled) a probability cannot change the outcome, and subnormal arithmetic is slow. */
const NEGLIGIBLE = 1e-260

/**
 * `P(D >= d)` when both samples come from one distribution: the share of monotone lattice paths from (0, 0) to
 * (nB, nC) that somewhere have `|i / nB - j / nC| >= d`.
 *
 * Takes `nB nC` steps at most, and `1/d` when both sides are of the same size. 0 below 1e-308.
 * @param d rounded to a multiple of 1 / lcm(nB, nC), as all possible values of D are
 * @param nB, nC whole numbers of rows, at least 1
 * @param sides 2, or 1 for the one-sided statistic (the same in either direction)
 */
export function ksExactP(d: number, nB: number, nC: number, sides: 1 | 2): number {
  const divisor = greatestCommonDivisor(nB, nC)
  const h = Math.round(d * (nB / divisor) * nC)
  if (h <= 0) return 1
  return nB === nC ? equalSizes(nB, h, sides) : latticePaths(nB, nC, divisor, h, sides)
}

/**
 * Gnedenko and Korolyuk (1951) by reflection: with `A_k = C(2n, n - k h) / C(2n, n)`, one-sided `A_1`, two-sided
 * `2 (A_1 - A_2 + A_3 - …)`, nested so that each factor stays in [0, 1].
 */
function equalSizes(n: number, h: number, sides: 1 | 2): number {
  if (h > n) return 0
  const ratio = (k: number) => {
    let product = 1
    for (let j = (k - 1) * h; j < k * h && product > 0; j++) product *= (n - j) / (n + j + 1)
    return product
  }
  if (sides === 1) return ratio(1)
  let rest = 0
  for (let k = Math.floor(n / h); k >= 1; k--) rest = ratio(k) * (1 - rest)
  return Math.min(1, 2 * rest)
}

/**
 * P(i, j) of having touched the boundary by the time a random path is at (i, j): 1 outside, and inside the mean of its
 * predecessors, `(i P(i-1, j) + j P(i, j-1)) / (i + j)`. Only additions, hence no cancellation in either tail.
 * Viehmann (2021), Numerically more stable computation of the p-values for the two-sample Kolmogorov–Smirnov test.
 */
function latticePaths(nB: number, nC: number, divisor: number, h: number, sides: 1 | 2): number {
  // The shorter side in the inner loop: the boundary is hit from below or from above, which is the same by symmetry.
  const rows = Math.max(nB, nC)
  const columns = Math.min(nB, nC)
  const stepRow = columns / divisor
  const stepColumn = rows / divisor
  const p = new Float64Array(columns + 1).fill(SCALE)
  let first = 0
  for (let i = 0; i <= rows; i++) {
    // Inside means -h < i stepRow - j stepColumn < h; one-sided, only the upper limit, from the first column on.
    const start = Math.max(0, Math.floor((i * stepRow - h) / stepColumn) + 1)
    const end = sides === 1 ? columns : Math.min(columns, Math.ceil((i * stepRow + h) / stepColumn) - 1)
    for (; first < start; first++) p[first] = SCALE
    if (i === 0) {
      p.fill(0, 0, end + 1)
      continue
    }
    let left = SCALE
    for (let j = start; j <= end; j++) {
      const touched = (i * p[j] + j * left) / (i + j)
      left = touched < NEGLIGIBLE ? 0 : touched
      p[j] = left
    }
  }
  return p[columns] / SCALE
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
