import { ksPValue } from '../../detectors/statistics/kolmogorov-smirnov.ts'
import type { ColumnBinning } from '../../store/profiles/binning.ts'
import { BASELINE_ROWS } from './stream.ts'

/** What is usually done: whether a column drifts, by its counts alone. */
export type PlainRule = (window: Int32Array) => boolean

export const PLAIN_RULES = ['any KS p < 0.05', 'PSI > 0.1', 'mean + 3 sd'] as const

const ZERO_FILL = 1e-4
/** As many as NannyML makes of a reference by default. */
export const CHUNKS = 10
const DEVIATIONS = 3

/**
 * The three plain rules on one column, in the order of {@link PLAIN_RULES}.
 * @param chunks further samples of the same law, each with as many rows as a window
 */
export function plainRules(
  { kind }: ColumnBinning,
  baseline: Int32Array,
  chunks: readonly Int32Array[],
): PlainRule[] {
  const limit = chunkLimit(chunks.map((chunk) => jensenShannonDistance(baseline, chunk)))
  const isNumeric = kind === 'numeric'
  const ksLimit = criticalD(chunks[0].reduce((sum, rows) => sum + rows, 0))
  return [
    (window) => isNumeric && largestDifference(baseline, window) > ksLimit,
    (window) => filledPsi(baseline, window) > 0.1,
    (window) => jensenShannonDistance(baseline, window) > limit,
  ]
}

function chunkLimit(distances: readonly number[]): number {
  const n = distances.length
  const mean = distances.reduce((sum, one) => sum + one, 0) / n
  const variance = distances.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n
  return mean + DEVIATIONS * Math.sqrt(variance)
}

const limits = new Map<number, number>()

/** The D whose p-value is 0.05. */
function criticalD(rows: number): number {
  const known = limits.get(rows)
  if (known !== undefined) return known
  let [low, high] = [0, 1]
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (ksPValue(middle, BASELINE_ROWS, rows, 'asymptotic') > 0.05) low = middle
    else high = middle
  }
  limits.set(rows, low)
  return low
}

/** Over the deciles: a lower bound of D, so that the rule alarms more often still on the values themselves. */
function largestDifference(b: Int32Array, c: Int32Array): number {
  const [nB, nC] = [rowsWithValue(b), rowsWithValue(c)]
  let belowB = 0
  let belowC = 0
  let largest = 0
  for (let slot = 1; slot < b.length; slot++) {
    belowB += b[slot] / nB
    belowC += c[slot] / nC
    largest = Math.max(largest, Math.abs(belowB - belowC))
  }
  return largest
}

function rowsWithValue(counts: Int32Array): number {
  let rows = 0
  for (let slot = 1; slot < counts.length; slot++) rows += counts[slot]
  return rows
}

function filledPsi(b: Int32Array, c: Int32Array): number {
  const [nB, nC] = [rowsWithValue(b) + b[0], rowsWithValue(c) + c[0]]
  let sum = 0
  for (let slot = 0; slot < b.length; slot++) {
    if (b[slot] + c[slot] === 0) continue
    const p = b[slot] / nB || ZERO_FILL
    const q = c[slot] / nC || ZERO_FILL
    sum += (q - p) * Math.log(q / p)
  }
  return sum
}

function jensenShannonDistance(b: Int32Array, c: Int32Array): number {
  const [nB, nC] = [rowsWithValue(b) + b[0], rowsWithValue(c) + c[0]]
  let sum = 0
  for (let slot = 0; slot < b.length; slot++) {
    const p = b[slot] / nB
    const q = c[slot] / nC
    const m = (p + q) / 2
    if (p > 0) sum += p * Math.log2(p / m)
    if (q > 0) sum += q * Math.log2(q / m)
  }
  return Math.sqrt(Math.max(0, sum / 2))
}
