/** Drift detection method: Gama, Medas, Castillo and Rodrigues (2004), Learning with drift detection. */
import type { Detector, DetectorState } from '../../performance/change-points/detector.ts'

export interface DdmOptions {
  /** Values before which nothing is compared. */
  warmUp: number
  /** Standard deviations above the lowest error rate at which a warning, and a change, is reported. */
  warning: number
  change: number
}

export interface DdmState extends DetectorState {
  n: number
  errors: number
  /** Error rate and its standard deviation where their sum was lowest; absent until the warm-up is over. */
  lowest?: { rate: number; deviation: number }
  /** Values since the warning zone was entered, this one included. */
  sinceWarning: number
}

const DEFAULTS: DdmOptions = { warmUp: 30, warning: 2, change: 3 }

/**
 * Has a model begun to err more often? Values are 1 for an error and 0 for a right prediction.
 *
 * With p the error rate so far and `s = sqrt(p (1 - p) / n)`: warning when `p + s > p_min + 2 s_min`, change when
 * `p + s > p_min + 3 s_min`, the minima being those of `p + s`. It began where the warning zone was entered. Fewer
 * errors are never a change. The minimum is taken early, over few values, so that of series of 2,000 values at rest 20%
 * (at an error rate of 0.3) to 60% (0.05) have a change.
 *
 * The paper has `>=`; as in River and MOA it is `>` here, because where all is right (or all wrong) both sides are
 * equal and nothing has changed.
 * @throws RangeError from `step`, when a value is neither 0 nor 1
 */
export function ddm(options: Partial<DdmOptions> = {}): Detector<DdmState> {
  const settings = { ...DEFAULTS, ...options }
  return {
    start: { signal: 'stable', recent: 0, n: 0, errors: 0, sinceWarning: 0 },
    step: (state, value) => step(state, value, settings),
  }
}

function step(state: DdmState, value: number, { warmUp, warning, change }: DdmOptions): DdmState {
  if (value !== 0 && value !== 1) throw new RangeError(`DDM takes errors as 0 and 1, not ${value}`)
  const n = state.n + 1
  const errors = state.errors + value
  if (n <= warmUp) return { ...state, n, errors }
  const rate = errors / n
  const deviation = Math.sqrt((rate * (1 - rate)) / n)
  const level = rate + deviation
  const isLowest = !state.lowest || level <= state.lowest.rate + state.lowest.deviation
  const lowest = isLowest ? { rate, deviation } : state.lowest!
  const above = (deviations: number) => level > lowest.rate + deviations * lowest.deviation
  const sinceWarning = above(warning) ? state.sinceWarning + 1 : 0
  const signal = above(change) ? 'change' : above(warning) ? 'warning' : 'stable'
  return { signal, recent: Math.max(1, sinceWarning), n, errors, lowest, sinceWarning }
}
