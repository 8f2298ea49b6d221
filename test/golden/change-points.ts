/** Runs the golden cases of detectors that look for changes in a series. */
import { adwin, windowOf } from '../../detectors/performance/change-points/adwin.ts'
import { ddm } from '../../detectors/reference/change-points/ddm.ts'
import {
  findChanges,
  type Detector,
  type DetectorState,
} from '../../detectors/performance/change-points/detector.ts'
import { eddm } from '../../detectors/reference/change-points/eddm.ts'
import { kswin } from '../../detectors/reference/change-points/kswin.ts'
import { pageHinkley } from '../../detectors/performance/change-points/page-hinkley.ts'
import { streamOf, type GoldenCase } from './case.ts'
import type { Outcome, Runners } from './outcome.ts'

export const changePointRunners: Runners = {
  adwin: (golden) => {
    const { delta, clock, max_buckets, min_window_length, grace_period } = golden.params
    const detector = adwin({
      delta,
      clock,
      maxBuckets: max_buckets,
      minPart: min_window_length,
      grace: grace_period,
    })
    const { state, ...outcome } = run(detector, golden)
    const { n, mean, squares } = windowOf(state)
    return { ...outcome, width: n, final_width: n, total: n * mean, variance_sum_of_squares: squares }
  },
  page_hinkley: (golden) => {
    const { min_instances, delta, threshold, alpha, mode, variant } = golden.params
    const cusum = variant.startsWith('clamped')
    if (!cusum && !variant.startsWith('running min/max')) throw new Error(`unknown variant ${variant}`)
    const countsOneMore = variant.includes('count+1>=min_instances')
    const detector = pageHinkley({
      direction: mode,
      minValues: countsOneMore ? min_instances - 1 : min_instances,
      delta,
      threshold,
      memory: alpha,
      form: cusum ? 'cusum' : 'page_hinkley',
    })
    return run(detector, golden)
  },
  ddm: (golden) => {
    const { warm_start, warning_threshold, drift_threshold } = golden.params
    return run(ddm({ warmUp: warm_start, warning: warning_threshold, change: drift_threshold }), golden)
  },
  eddm: (golden) => {
    const { warm_start, alpha, beta } = golden.params
    return run(eddm({ warmUp: warm_start, warning: alpha, change: beta }), golden)
  },
  kswin: (golden) => {
    const { alpha, window_size, stat_size, min_statistic } = golden.params
    const detector = kswin({
      alpha,
      windowSize: window_size,
      recentSize: stat_size,
      minStatistic: min_statistic,
    })
    const { state, ...outcome } = run(detector, golden)
    return { ...outcome, statistic: state.test?.statistic, p_value: state.test?.pValue }
  },
}

/**
 * Whether the indices depend on a generator of random numbers, which no detector here has. Where as many older values
 * are drawn as there are, they do not.
 */
export function isLeftToChance({ params: { sampler, window_size, stat_size } }: GoldenCase): boolean {
  return sampler !== undefined && !sampler.startsWith('deterministic') && window_size !== 2 * stat_size
}

function run<State extends DetectorState>(
  detector: Detector<State>,
  golden: GoldenCase,
): Outcome & { state: State } {
  const { changes, warnings, state } = findChanges(detector, streamOf(golden))
  const drift_indices = changes.map(({ index }) => index)
  return { drift_indices, drift: drift_indices.length > 0, first_warning_index: warnings[0], state }
}
