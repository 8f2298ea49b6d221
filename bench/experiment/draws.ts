import type { Random } from '../false-alarms/random.ts'

/** Seeded draws of rows, and of the sums over the rows of an hour where their law is known. */

/** Box and Muller (1958); one of the pair is enough. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(random.next())) * Math.cos(2 * Math.PI * random.next())
}

/** Chi-square with `df` degrees of freedom, a whole number; by Marsaglia and Tsang (2000) where they are many. */
export function chiSquare(random: Random, df: number): number {
  if (df < 4) {
    let sum = 0
    for (let i = 0; i < df; i++) sum += normal(random) ** 2
    return sum
  }
  const d = df / 2 - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(random.next()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return 2 * d * v
  }
}

/** Of n rows, their sum and their squares about their own mean. */
export type RowSums = [sum: number, squares: number]

/** A law of rows with mean 0 and variance 1. */
export type RowLaw = (random: Random, n: number) => RowSums

export const normalRows: RowLaw = (random, n) => [Math.sqrt(n) * normal(random), chiSquare(random, n - 1)]

/** Student's t with 3 degrees of freedom, by Bailey (1994): symmetric, and its fourth moment is infinite. */
export const studentRows: RowLaw = byRow((random) => {
  for (;;) {
    const u = 2 * random.next() - 1
    const v = 2 * random.next() - 1
    const w = u * u + v * v
    if (w < 1) return u * Math.sqrt((w ** (-2 / 3) - 1) / w)
  }
})

const LOG_NORMAL_MEAN = Math.exp(1 / 2)
const LOG_NORMAL_DEVIATION = Math.sqrt(Math.E * (Math.E - 1))

/** Log-normal: most rows lose little and a few very much. Its skewness is 6.2. */
export const logNormalRows: RowLaw = byRow(
  (random) => (Math.exp(normal(random)) - LOG_NORMAL_MEAN) / LOG_NORMAL_DEVIATION,
)

/** Differences of right and wrong predictions: 1 and −1 in a fiftieth of rows together, otherwise 0. */
export const rareRows: RowLaw = (random, n) => {
  const share = 1 / 50
  const differing = random.binomial(n, share)
  const sum = 2 * random.binomial(differing, 1 / 2) - differing
  return [sum / Math.sqrt(share), (differing - (sum * sum) / n) / share]
}

function byRow(draw: (random: Random) => number): RowLaw {
  return (random, n) => {
    let sum = 0
    let squares = 0
    for (let i = 0; i < n; i++) {
      const value = draw(random)
      sum += value
      squares += value * value
    }
    return [sum, Math.max(0, squares - (sum * sum) / n)]
  }
}
