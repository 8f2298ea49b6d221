import { count, figure, percent, withinChance } from '../../verdict/phrases.ts'
import { gradeOf } from '../../verdict/decide.ts'
import { NAMES, WITHIN } from '../explain-performance.ts'
import type { PerformanceRule } from '../judge-performance.ts'
import type { ExpectedJudgement } from './judge-expected.ts'

/** What an estimate takes for granted, by what it is computed from. */
function asLong(metric: ExpectedJudgement['metric']): string {
  return metric === 'rmse' || metric === 'mae'
    ? 'the errors at each prediction are as they were in the baseline'
    : 'labels given the score are as they were in the baseline'
}

/** One plain sentence on why the verdict is what it is. */
export function explainExpected(
  { verdict, reason, metric, rows, unknown, value, effect, noiseFloor }: ExpectedJudgement,
  { thresholds, minRows }: PerformanceRule,
): string {
  const name = NAMES[metric]
  const went = value && `from ${figure(value.baseline)} to ${figure(value.window)}`
  const worse = metric === 'accuracy' ? 'fall' : 'rise'
  const predictions = `${count(rows.window)} predictions in the window`
  const others = unknown === 0 ? '' : ` (${count(unknown)} more are beyond the baseline and left out)`
  const chance = () =>
    withinChance(
      { what: `${name} is expected to go ${went}: a loss of`, rows: fewer(rows), format: percent },
      { effect: effect!, noiseFloor },
      thresholds,
    )
  switch (reason) {
    case 'empty':
      return nothing(metric, rows)
    case 'too_few_rows':
      return `Too few predictions to say what ${WITHIN[metric]} will be: ${count(rows.baseline)} in the baseline (${count(rows.labelled)} with labels) and ${predictions}; each needs at least ${count(minRows)}.`
    case 'too_large':
      return `Some errors of the baseline are so large that ${WITHIN[metric]} cannot be estimated: look for broken labels or predictions, such as 1e300.`
    case 'beyond_baseline':
      return `The baseline tells no error for ${count(unknown)} of ${count(rows.window + unknown)} predictions in the window, because it had hardly any like them: ${beyond(metric)}.`
    case 'no_error_in_baseline':
      return `${name} is expected to be 0 over the baseline, so that no relative loss is defined: choose another metric, or a baseline with errors.`
    case 'not_significant':
      return chance()
    case 'noise_floor':
      return gradeOf(effect!, thresholds) !== 'ok'
        ? chance()
        : `With ${predictions}, an expected loss below ${percent(noiseFloor)} cannot be distinguished from chance.`
    case 'expected_loss':
      return `${name} is expected to ${worse} ${went}, a loss of ${percent(effect)} (${verdict} threshold ${percent(thresholds[verdict as 'warning' | 'critical'])}), estimated from ${predictions}${others} before their labels; this holds as long as ${asLong(metric)}.`
    case 'stable':
      return `${name} is expected to go ${went}: no loss that is both significant and large enough (warning threshold ${percent(thresholds.warning)}) in ${predictions}${others}, as long as ${asLong(metric)}.`
  }
}

function nothing(metric: ExpectedJudgement['metric'], rows: ExpectedJudgement['rows']): string {
  const from = `from which ${WITHIN[metric]} could be estimated`
  if (rows.labelled === 0) return `The baseline has no labelled rows ${from}.`
  if (rows.window === 0) return `The window has no predictions ${from}.`
  if (rows.baseline === 0) return `The baseline has no predictions ${from}.`
  return `The predictions have scores but no classes ${from}.`
}

function fewer({ baseline, window, labelled }: ExpectedJudgement['rows']): string {
  const least = Math.min(baseline, window, labelled)
  if (least === window) return `${count(window)} predictions in the window`
  return least === labelled
    ? `${count(labelled)} labelled rows in the baseline`
    : `${count(baseline)} predictions in the baseline`
}

function beyond(metric: ExpectedJudgement['metric']): string {
  return metric === 'rmse' || metric === 'mae'
    ? 'they lie beyond its predictions'
    : 'their class or its score is not in it'
}
