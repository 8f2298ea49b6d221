import { sum } from '../../../domain/sum.ts'
import type { Verdict } from '../../../domain/verdict.ts'
import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'
import { normalIsf, normalSf } from '../../statistics/tails.ts'
import { gradeOf } from '../../verdict/decide.ts'
import { metricOf } from '../error-hours.ts'
import type { PerformanceRule } from '../judge-performance.ts'
import { MAX_UNKNOWN } from './bin-rates.ts'
import { expectedSides, unknownRows } from './expected-bins.ts'
import { expectedChange, type ExpectedChange } from './expected-change.ts'
import type { ExpectedInput } from './expected-input.ts'

/**
 * `empty`, `too_few_rows`, `too_large`, `beyond_baseline`, `no_error_in_baseline` and `noise_floor` go with `insufficient_data`, `expected_loss` with a
 * breach, `not_significant` with unconfirmed, `stable` with ok.
 */
export type ExpectedReason =
  | 'empty'
  | 'too_few_rows'
  | 'too_large'
  | 'beyond_baseline'
  | 'no_error_in_baseline'
  | 'noise_floor'
  | 'expected_loss'
  | 'not_significant'
  | 'stable'

export interface ExpectedJudgement {
  verdict: Verdict
  reason: ExpectedReason
  metric: DecidingMetric
  /** Predictions of each side that have a score (of a regression, a value), and the baseline's labelled ones. */
  rows: { baseline: number; window: number; labelled: number }
  /** Predictions of the window of which the baseline tells no error; not among `rows`. */
  unknown: number
  /** The metric that is expected on each side; what follows is absent where there is none. */
  value?: { baseline: number; window: number }
  /** Share of the baseline's value by which the window is expected to be worse; negative where it is better. */
  effect?: number
  /** The smallest relative loss that these numbers of rows tell from chance at the level. */
  noiseFloor?: number
  /** One-sided: how probable it is, nothing having changed, that the window is expected to be worse by as much. */
  pValue?: number
}

/** Whether the model is to be expected to do worse, significantly and by a loss that matters. Never throws. */
export function judgeExpected(
  input: ExpectedInput,
  { alpha, thresholds, minRows }: PerformanceRule,
): ExpectedJudgement {
  const { metric, baseline, window } = input
  const sides = expectedSides(input)
  const unknown = sides === undefined ? 0 : unknownRows(window, sides.rates)
  const all = sum(window.rows) + (window.unbinned ?? 0)
  const rows = {
    baseline: sum(baseline.rows),
    window: all - unknown,
    labelled: sum(input.rates.rows),
  }
  const change = sides && expectedChange(sides.baseline, sides.window, sides.rates)
  const judged = change && lossOf(metric, change, alpha)
  const judge = (verdict: Verdict, reason: ExpectedReason): ExpectedJudgement => ({
    verdict,
    reason,
    metric,
    rows,
    unknown,
    ...judged,
  })
  if (input.task === 'regression' && ![...input.rates.sums, ...input.rates.squares].every(Number.isFinite))
    return { verdict: 'insufficient_data', reason: 'too_large', metric, rows, unknown }
  if (unknown > MAX_UNKNOWN * all) return judge('insufficient_data', 'beyond_baseline')
  if (judged === undefined) return judge('insufficient_data', 'empty')
  if (Math.min(rows.baseline, rows.window, rows.labelled) < minRows)
    return judge('insufficient_data', 'too_few_rows')
  // Of nothing, no loss is a share.
  if (judged.value.baseline === 0)
    return { verdict: 'insufficient_data', reason: 'no_error_in_baseline', metric, rows, unknown }
  const grade = gradeOf(judged.effect, thresholds)
  if (grade !== 'ok' && judged.pValue <= alpha) return judge(grade, 'expected_loss')
  if (judged.noiseFloor > thresholds.critical) return judge('insufficient_data', 'noise_floor')
  return grade === 'ok' ? judge('ok', 'stable') : judge('unconfirmed', 'not_significant')
}

/** Whether a longer window might give the verdict that this one could not. */
export function expectedWantsLongerWindow(
  { verdict, reason, rows }: ExpectedJudgement,
  { minRows }: PerformanceRule,
): boolean {
  if (verdict !== 'insufficient_data' || Math.min(rows.baseline, rows.labelled) < minRows) return false
  return reason === 'noise_floor' || (reason === 'too_few_rows' && rows.window < minRows)
}

function lossOf(metric: DecidingMetric, { baseline, window, deviation }: ExpectedChange, alpha: number) {
  const value = { baseline: metricOf(metric, baseline), window: metricOf(metric, window) }
  const least = metricOf(metric, baseline + normalIsf(alpha) * deviation)
  return {
    value,
    effect: loss(value.baseline, value.window),
    noiseFloor: loss(value.baseline, least),
    pValue: window === baseline ? 0.5 : normalSf((window - baseline) / deviation),
  }

  /** As a share of what it was; accuracy is the one that falls. */
  function loss(before: number, now: number): number {
    const worse = metric === 'accuracy' ? before - now : now - before
    return worse === 0 ? 0 : worse / before
  }
}
