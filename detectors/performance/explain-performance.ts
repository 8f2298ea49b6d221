import { count, figure, percent } from '../phrases.ts'
import type { PerformanceJudgement, PerformanceRule, PrimaryMetric } from './judge-performance.ts'

const NAMES: Record<PrimaryMetric, string> = { log_loss: 'Log loss', accuracy: 'Accuracy', rmse: 'RMSE' }

/** One plain sentence on why the verdict is what it is. */
export function explainPerformance(
  { verdict, reason, metric, rows, value, effect, noiseFloor }: PerformanceJudgement,
  { thresholds, minRows }: PerformanceRule,
): string {
  const name = NAMES[metric]
  const went = value && `from ${figure(value.baseline)} to ${figure(value.window)}`
  switch (reason) {
    case 'empty':
      return `The ${rows.window > 0 ? 'baseline' : 'window'} has no labelled rows that ${name.toLowerCase().replace('rmse', 'RMSE')} can be made of.`
    case 'too_few_rows':
      return `${count(rows.baseline)} labelled rows of the baseline and ${count(rows.window)} of the window; a verdict takes ${count(minRows)} on each side.`
    case 'noise_floor':
      return `With ${count(rows.window)} labelled rows a loss below ${percent(noiseFloor)} cannot be told from chance.`
    case 'performance':
      return `${name} ${metric === 'accuracy' ? 'fell' : 'rose'} ${went}, a loss of ${percent(effect)} (${verdict} from ${percent(thresholds[verdict as 'warning' | 'critical'])}) over ${count(rows.window)} labelled rows.`
    case 'stable':
      return `${name} went ${went}: no loss that is both significant and large enough (warning from ${percent(thresholds.warning)}).`
  }
}
