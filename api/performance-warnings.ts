import type { z } from 'zod'
import { expectedMetric } from '../control/declared/performance-metric.ts'
import type { Baseline } from '../control/declared/baselines.ts'
import type { Model } from '../control/declared/model.ts'
import type { Monitor } from '../control/declared/monitor.ts'
import { hardScoreShare } from '../detectors/performance/hard-scores.ts'
import { expectedSources } from '../detectors/run/find-expected.ts'
import { UNDECIDED } from '../detectors/run/find-undecided.ts'
import { WHOLE } from '../detectors/run/slices.ts'
import { percent } from '../detectors/verdict/phrases.ts'
import type { Store } from '../store/engine/client.ts'
import { baselineColumns } from '../store/profiles/baselines.ts'
import type { monitorWarning } from './contract/monitors.ts'

type Warning = z.input<typeof monitorWarning>

/** Scores of exactly 0 and 1 are told of from this share on. */
const HARD_SHARE = 0.01

/** What checks of performance, measured or expected, cannot do with this baseline, or do worse than another metric. */
export async function performanceWarnings(
  store: Store,
  model: Model,
  monitor: Monitor,
  baseline: Baseline,
): Promise<Warning[]> {
  return [
    ...(await hardScores(store, model, monitor, baseline)),
    ...otherMetric(model, monitor),
    ...(await unexpected(store, model, monitor, baseline)),
  ]
}

/** A log loss of scores of exactly 0 and 1 only tells how often these were wrong, at 34.5 each. */
async function hardScores(
  store: Store,
  model: Model,
  { checks, performance }: Monitor,
  baseline: Baseline,
): Promise<Warning[]> {
  if (!checks.includes('performance') || (performance?.metric ?? 'log_loss') !== 'log_loss') return []
  const share = hardScoreShare(await baselineColumns(store, model, baseline))
  if (share < HARD_SHARE) return []
  const message =
    `performance is decided by the log loss, but ${percent(share)} of the scores of baseline ${baseline.version} are exactly 0 or 1, ` +
    `and a single wrong one outweighs all other scores. Choose another metric, such as "performance: { metric: brier }" or accuracy.`
  return [{ code: 'log_loss_of_hard_scores', share, message }]
}

/** A metric that is measured but cannot be estimated. */
function otherMetric({ task }: Model, { checks, performance }: Monitor): Warning[] {
  const metric = expectedMetric(task, performance?.metric)
  if (!checks.includes('expected_performance') || performance === undefined || performance.metric === metric)
    return []
  const message =
    `the ${performance.metric} of a ${task} model cannot be estimated before labels arrive, so expected performance is ` +
    `decided by ${metric}. Choose "performance: { metric: ${metric} }" to have both checks use the same metric.`
  return [{ code: 'expected_by_other_metric', message }]
}

/** A baseline that tells nothing of errors: the check would report this for every window. */
async function unexpected(
  store: Store,
  model: Model,
  monitor: Monitor,
  baseline: Baseline,
): Promise<Warning[]> {
  if (!monitor.checks.includes('expected_performance')) return []
  const columns = await baselineColumns(store, model, baseline)
  const sources = await expectedSources({ store, model, monitor }, { baseline, columns }, [WHOLE])
  if (typeof sources !== 'string') return []
  const message =
    `expected performance cannot be evaluated with baseline ${baseline.version}, "${baseline.name}". ` +
    `${UNDECIDED[sources]} Activate a baseline that has what is missing, or remove the check.`
  return [{ code: 'expected_performance_unavailable', message }]
}
