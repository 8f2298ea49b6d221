import { count, figure, percent, withinChance } from '../verdict/phrases.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { gradeOf } from '../verdict/decide.ts'
import type { PerformanceJudgement, PerformanceRule } from './judge-performance.ts'

export const NAMES: Record<DecidingMetric, string> = {
  log_loss: 'Log loss',
  brier: 'Brier score',
  accuracy: 'Accuracy',
  rmse: 'RMSE',
  mae: 'Mean absolute error',
}

/** The names within a sentence. */
export const WITHIN: Record<DecidingMetric, string> = {
  log_loss: 'the log loss',
  brier: 'the Brier score',
  accuracy: 'the accuracy',
  rmse: 'the RMSE',
  mae: 'the mean absolute error',
}

/** Of nothing, any loss is infinite. */
const size = (share?: number) => (share === Infinity ? 'unlimited size' : percent(share))

/** One plain sentence on why the verdict is what it is. */
export function explainPerformance(
  { verdict, reason, metric, rows, value, effect, noiseFloor }: PerformanceJudgement,
  { thresholds, minRows }: PerformanceRule,
): string {
  const name = NAMES[metric]
  const went = value && `from ${figure(value.baseline)} to ${figure(value.window)}`
  const chance = () => {
    const side = rows.baseline < rows.window ? 'baseline' : 'window'
    return withinChance(
      {
        what: `${name} went ${went}: a loss of`,
        rows: `${count(rows[side])} labelled rows in the ${side}`,
        format: size,
      },
      { effect: effect!, noiseFloor },
      thresholds,
    )
  }
  switch (reason) {
    case 'empty':
      return `The ${rows.window > 0 ? 'baseline' : 'window'} has no labelled rows from which ${WITHIN[metric]} can be computed.`
    case 'too_few_rows':
      return `Too few labelled rows for a verdict: ${count(rows.baseline)} in the baseline and ${count(rows.window)} in the window; each side needs at least ${count(minRows)}.`
    case 'too_large':
      return `Some errors are so large that ${WITHIN[metric]} cannot be computed: look for broken labels or predictions, such as 1e300.`
    case 'not_significant':
      return chance()
    case 'noise_floor':
      return gradeOf(effect!, thresholds) !== 'ok'
        ? chance()
        : noiseFloor === Infinity
          ? `With ${count(rows.window)} labelled rows, no loss can be distinguished from chance, however large: ${WITHIN[metric]} of the baseline is 0.`
          : `With ${count(rows.window)} labelled rows, a loss below ${percent(noiseFloor)} cannot be distinguished from chance.`
    case 'performance':
      return `${name} ${metric === 'accuracy' ? 'fell' : 'rose'} ${went}, a loss of ${size(effect)} (${verdict} threshold ${percent(thresholds[verdict as 'warning' | 'critical'])}) over ${count(rows.window)} labelled rows.`
    case 'stable':
      return `${name} went ${went}: no loss that is both significant and large enough (warning threshold ${percent(thresholds.warning)}).`
  }
}
