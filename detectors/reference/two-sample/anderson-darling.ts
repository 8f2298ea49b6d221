/** Scholz and Stephens (1987), K-sample Anderson–Darling tests, J. Am. Stat. Assoc. 82(399). */
import { mean, sum } from 'simple-statistics'
import { totals, type Counts } from '../../statistics/counts.ts'

export interface AndersonDarling {
  /** A² less its mean, in its standard deviations, as it is when both sides are distributed alike; large if not. */
  statistic: number
  /** In [0.001, 0.25]: the published table goes no further, 0.25 means "or more" and 0.001 "or less". */
  pValue: number
}

/** Levels, and the values of the statistic that two samples exceed with that probability (table 2; the last two levels are SciPy's). */
const CRITICAL = [
  { level: 0.25, value: 0.325 },
  { level: 0.1, value: 1.226 },
  { level: 0.05, value: 1.961 },
  { level: 0.025, value: 2.718 },
  { level: 0.01, value: 3.752 },
  { level: 0.005, value: 4.592 },
  { level: 0.001, value: 6.546 },
]

/**
 * Two-sample Anderson–Darling test, in its form for ties (midranks): like Kolmogorov–Smirnov, with more weight on the
 * tails. As `scipy.stats.anderson_ksamp(midrank=True)`; p by the same quadratic through the logarithms of the levels.
 * @param b, c rows per distinct value, ascending, as `distinctValues` gives them
 * @returns `undefined` when a side is empty, with fewer than 4 rows, and where all rows have one value
 */
export function andersonDarling(b: Counts, c: Counts): AndersonDarling | undefined {
  const n = totals(b, c)
  if (!n || n.nB + n.nC < 4) return undefined
  if (b.filter((rows, i) => rows + c[i] > 0).length < 2) return undefined
  const rows = n.nB + n.nC
  const squared = ((rows - 1) / rows) * (side(b, n.nB, b, c) + side(c, n.nC, b, c))
  const statistic = (squared - 1) / Math.sqrt(variance(n.nB, n.nC))
  return { statistic, pValue: interpolated(statistic) }
}

/** What one side adds to A², equation 7: its counts up to the middle of each value against its share of all counts. */
function side(own: Counts, n: number, b: Counts, c: Counts): number {
  const rows = sum([...b]) + sum([...c])
  let ownBelow = 0
  let below = 0
  const terms = own.map((ownHere, i) => {
    const here = b[i] + c[i]
    const ownRank = ownBelow + ownHere / 2
    const rank = below + here / 2
    ownBelow += ownHere
    below += here
    if (here === 0) return 0
    const distance = rows * ownRank - n * rank
    return ((here / rows) * distance * distance) / (rank * (rows - rank) - (rows * here) / 4)
  })
  return sum(terms) / n
}

/** Of A² of two sides without ties, equation 4 at k = 2. */
function variance(nB: number, nC: number): number {
  const n = nB + nC
  const inverse = 1 / nB + 1 / nC
  let harmonic = 0
  let nested = 0
  let reversed = 0
  for (let j = 1; j < n; j++) {
    harmonic += 1 / j
    nested += reversed / j
    reversed += 1 / (n - j)
  }
  const cubic = 4 * nested - 6 + (10 - 6 * nested) * inverse
  const square = 12 * nested - 22 + 8 * harmonic + (2 * nested - 14 * harmonic - 4) * inverse
  const linear = 36 * harmonic + 4 + (2 * harmonic - 6) * inverse
  return (((cubic * n + square) * n + linear) * n + 24) / ((n - 1) * (n - 2) * (n - 3))
}

/** The least-squares parabola through (critical value, ln level), by polynomials orthogonal over the values. */
function interpolated(statistic: number): number {
  const [highest, lowest] = [CRITICAL[0], CRITICAL.at(-1)!]
  if (statistic < highest.value) return highest.level
  if (statistic > lowest.value) return lowest.level
  const centre = mean(CRITICAL.map(({ value }) => value))
  const first = (value: number) => value - centre
  const moment = (power: number) => sum(CRITICAL.map(({ value }) => first(value) ** power))
  const second = (value: number) =>
    first(value) ** 2 - (moment(3) / moment(2)) * first(value) - moment(2) / CRITICAL.length
  return Math.exp(
    sum(
      [() => 1, first, second].map((polynomial) => {
        const fitted = CRITICAL.map(({ level, value }) => Math.log(level) * polynomial(value))
        const squares = CRITICAL.map(({ value }) => polynomial(value) ** 2)
        return (sum(fitted) / sum(squares)) * polynomial(statistic)
      }),
    ),
  )
}
