import type { CategoricalBinning } from '../../store/profiles/binning.ts'
import { rowsOf, type ColumnInput } from './column-input.ts'
import { QUALITY_THRESHOLDS } from '../../domain/quality-thresholds.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import type { Grade } from './decide.ts'
import { likelihoodRoot } from '../statistics/likelihood-root.ts'
import { rateGrade, type RateChange } from './rate-change.ts'
import { normalSf } from '../statistics/tails.ts'

/** Points by which the share of unseen categories exceeds its expectation. */
export const UNSEEN_THRESHOLDS: Thresholds = QUALITY_THRESHOLDS.unseen

/**
 * The share of values (missing apart) that the baseline never held, one-sided against its expectation N1 / n_b:
 * where many categories occurred once, as many again have yet to occur. Good (1953), Biometrika 40:237.
 *
 * N1 is counted in the baseline's profile, which gives {@link CategoricalBinning.singletons} for the baseline
 * that the binning came from, and the right number for a segment or a rolling window of it. Baseline rows of no
 * listed category (a rolling window's) cannot be told from new ones, so their share is expected as well.
 * @returns `baseline` being the expected share; undefined when the list of categories was cut, or a side has no values
 */
export function unseenChange({
  binning,
  baseline,
  window,
}: ColumnInput<CategoricalBinning>): RateChange | undefined {
  if (binning.truncated) return undefined
  const rest = binning.categories.length + 1
  let expected = baseline.counts[rest] ?? 0
  let unseen = window.counts[rest] ?? 0
  let pairs = 0
  for (let slot = 1; slot < rest; slot++) {
    if (baseline.counts[slot] === 1) expected++
    if (baseline.counts[slot] === 2) pairs++
    if (!(baseline.counts[slot] > 0)) unseen += window.counts[slot] ?? 0
  }
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const [nB, nC] = [b.n - b.missing, c.n - c.missing]
  if (!(nB > 0 && nC > 0)) return undefined
  const pValue = exceedance({ expected, pairs, nB }, { unseen, nC })
  return { baseline: expected / nB, window: unseen / nC, pValue }
}

/**
 * The p-value of a pooled two-proportion test with two amendments, both found by simulation on stationary columns.
 * The z of few rows is far too large in the tail, so {@link likelihoodRoot} stands in where it is smaller. And the
 * baseline's part of the variance is Good and Turing's where that is larger: (N1 (1 - N1 / n_b) + 2 N2) / n_b²,
 * Esty (1983), Annals of Statistics 11:905. Without them columns with many rare categories breached at level 3e-5 in
 * up to 0.4% of cases, as long as the unlucky baseline stood.
 */
function exceedance(
  { expected, pairs, nB }: { expected: number; pairs: number; nB: number },
  { unseen, nC }: { unseen: number; nC: number },
): number {
  const pooled = (expected + unseen) / (nB + nC)
  if (unseen - 0.5 - pooled * nC <= 0) return 1
  const binomial = pooled * (1 - pooled)
  const goodTuring = (expected * (1 - expected / nB) + 2 * pairs) / nB
  const variance = binomial / nB + binomial / nC
  const inflation = variance / (Math.max(binomial, goodTuring) / nB + binomial / nC)
  const z = (unseen / nC - expected / nB) / Math.sqrt(variance)
  return normalSf(Math.min(z, likelihoodRoot(expected, nB, unseen, nC)) * Math.sqrt(inflation))
}

export function unseenGrade(change: RateChange | undefined, alpha: number): Grade {
  return change ? rateGrade(change.window - change.baseline, change.pValue, alpha, UNSEEN_THRESHOLDS) : 'ok'
}
