import { chiSquareIsf } from '../../detectors/statistics/tails.ts'
import { MISSING_THRESHOLDS } from '../../detectors/verdict/missing.ts'
import { UNSEEN_THRESHOLDS } from '../../detectors/verdict/unseen.ts'
import type { ColumnBinning } from '../../store/profiles/binning.ts'

/** As in `poolRare`. */
const MIN_EXPECTED = 5
const ROUNDING = 1e-9

/** D of Kolmogorov–Smirnov from which it backs up PSI, see `distanceThresholds`. */
const MIN_DISTANCE = 0.2

/** D of Kolmogorov–Smirnov over the values, missing apart. */
function largestDifference(b: Int32Array, c: Int32Array): number {
  let [nB, nC] = [0, 0]
  for (let slot = 1; slot < b.length; slot++) {
    nB += b[slot]
    nC += c[slot]
  }
  let [upToB, upToC, largest] = [0, 0, 0]
  for (let slot = 1; slot < b.length; slot++) {
    upToB += b[slot]
    upToC += c[slot]
    largest = Math.max(largest, Math.abs(upToB / nB - upToC / nC))
  }
  return largest
}

/**
 * A cheap check that never misses a breach of the default rule: without a significant Pearson statistic, and without
 * enough points of missing or unseen rows, the verdict cannot be one. What passes is judged in full. It saves the
 * judge some thousands of calls for each one that matters; a test holds it against the judge.
 */
export function createScreen(
  binning: ColumnBinning,
  baseline: Int32Array,
  alpha: number,
): (window: Int32Array) => boolean {
  const nB = baseline.reduce((sum, rows) => sum + rows, 0)
  const needed = Array.from(baseline, (_, df) => chiSquareIsf(alpha, df) * (1 - ROUNDING))
  const isCategorical = binning.kind === 'categorical'
  const rest = baseline.length - 1
  return (window) => {
    let nC = 0
    for (let slot = 0; slot < window.length; slot++) nC += window[slot]
    if (Math.abs(window[0] / nC - baseline[0] / nB) >= MISSING_THRESHOLDS.warning - ROUNDING) return true
    if (isCategorical) {
      let unseen = window[rest]
      for (let slot = 1; slot < rest; slot++) if (baseline[slot] === 0) unseen += window[slot]
      if (unseen / nC >= UNSEEN_THRESHOLDS.warning / 2) return true
    }
    if (!isCategorical && largestDifference(baseline, window) >= MIN_DISTANCE - ROUNDING) return true
    const expected = Math.min(nB, nC) / (nB + nC)
    let statistic = 0
    let groups = 0
    let otherB = 0
    let otherC = 0
    for (let slot = 0; slot < window.length; slot++) {
      const b = baseline[slot]
      const c = window[slot]
      const isRare = isCategorical && slot > 0 && (slot === rest || (b + c) * expected < MIN_EXPECTED)
      if (isRare) {
        otherB += b
        otherC += c
      } else if (b + c > 0) {
        const difference = c / nC - b / nB
        statistic += (difference * difference * nB * nC) / (b + c)
        groups++
      }
    }
    if (otherB + otherC > 0) {
      const difference = otherC / nC - otherB / nB
      statistic += (difference * difference * nB * nC) / (otherB + otherC)
      groups++
    }
    return statistic >= needed[groups - 1]
  }
}
