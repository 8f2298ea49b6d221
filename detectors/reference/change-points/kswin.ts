/**
 * Kolmogorov–Smirnov windowing: do the latest values come from another distribution than those before them?
 * Raab, Heusinger and Schleif (2020), Reactive soft prototype computing for concept drift streams.
 */
import { distinctValues } from '../distinct-values.ts'
import { ksPValue, ksStatistic } from '../../statistics/kolmogorov-smirnov.ts'
import type { Detector, DetectorState } from '../../performance/change-points/detector.ts'

export interface KswinOptions {
  /** Level of each test, in (0, 1). There is a test a value, so that it must be far below that of a single test. */
  alpha: number
  /** Values kept. */
  windowSize: number
  /** The latest values, compared with all the others; less than `windowSize`. */
  recentSize: number
  /** D must be above this as well, in [0, 1]. */
  minStatistic: number
}

export interface KswinState extends DetectorState {
  /** Oldest first, at most `windowSize`. */
  window: readonly number[]
  /** The test at this value; absent until the window is full. */
  test?: { statistic: number; pValue: number }
}

const DEFAULTS: KswinOptions = { alpha: 0.005, windowSize: 100, recentSize: 30, minStatistic: 0.1 }

/**
 * At each value of a full window a two-sample Kolmogorov–Smirnov test (exact p) of the latest `recentSize` values against
 * **all** older ones: a change when `p <= alpha` and `D > minStatistic`. The change is taken to lie where the latest
 * values begin.
 *
 * The paper, River and frouros compare with as many older values *drawn at random*, and so answer differently at each run
 * on one series; all of them are also the stronger test. The paper's criterion `D > sqrt(-ln(alpha) / r)` approximates
 * that p-value.
 */
export function kswin(options: Partial<KswinOptions> = {}): Detector<KswinState> {
  const settings = { ...DEFAULTS, ...options }
  return {
    start: { signal: 'stable', recent: 0, window: [] },
    step: (state, value) => step(state, value, settings),
  }
}

function step({ window: before }: KswinState, value: number, options: KswinOptions): KswinState {
  const { alpha, windowSize, recentSize, minStatistic } = options
  const window = [...before.slice(before.length === windowSize ? 1 : 0), value]
  if (window.length < windowSize) return { signal: 'stable', recent: 0, window }
  const older = windowSize - recentSize
  const { b, c } = distinctValues(window.slice(0, older), window.slice(older))
  const statistic = ksStatistic(b, c)!
  const pValue = ksPValue(statistic, older, recentSize, 'exact')
  const changed = pValue <= alpha && statistic > minStatistic
  return { signal: changed ? 'change' : 'stable', recent: recentSize, window, test: { statistic, pValue } }
}
