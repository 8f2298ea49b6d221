/** Early drift detection method: Baena-García et al. (2006), Early drift detection method. */
import type { Detector, DetectorState } from '../../performance/change-points/detector.ts'

export interface EddmOptions {
  /** Errors before which nothing is compared; distances count towards the maximum after as many values. */
  warmUp: number
  /** Share of the largest spread of distances below which a warning, and a change, is reported; change at most warning. */
  warning: number
  change: number
}

export interface EddmState extends DetectorState {
  n: number
  /** Values since the last error. */
  distance: number
  errors: number
  /** Mean of the distances between errors, and the sum of squared deviations from it. */
  mean: number
  squares: number
  /** The largest `mean + 2 deviations` so far. */
  largest: number
  /** Values since the warning zone was entered, this one included. */
  sinceWarning: number
}

const DEFAULTS: EddmOptions = { warmUp: 30, warning: 0.95, change: 0.9 }

/**
 * Do errors follow one another faster than they did? Meant for slow change, where {@link ddm} is late. Values are 1 for
 * an error and 0 for a right prediction.
 *
 * With m the mean distance between errors in rows and s its sample standard deviation, `(m + 2 s) / max(m + 2 s)` below
 * 0.95 is a warning and below 0.9 a change; it began where the warning zone was entered. The first error has its
 * distance from the start, as in River. The maximum is taken over few and noisy early distances, so that with the
 * published thresholds 95% of series of 2,000 values at rest have a change, and still 55 to 75% with 0.9 and 0.8.
 * River up to 0.13 had another running variance, and finds other points.
 * @throws RangeError from `step`, when a value is neither 0 nor 1
 */
export function eddm(options: Partial<EddmOptions> = {}): Detector<EddmState> {
  const settings = { ...DEFAULTS, ...options }
  return {
    start: {
      signal: 'stable',
      recent: 0,
      n: 0,
      distance: 0,
      errors: 0,
      mean: 0,
      squares: 0,
      largest: 0,
      sinceWarning: 0,
    },
    step: (state, value) => step(state, value, settings),
  }
}

function step(state: EddmState, value: number, options: EddmOptions): EddmState {
  if (value !== 0 && value !== 1) throw new RangeError(`EDDM takes errors as 0 and 1, not ${value}`)
  const n = state.n + 1
  const distance = state.distance + 1
  if (value === 0) {
    const sinceWarning = state.signal === 'warning' ? state.sinceWarning + 1 : 0
    return { ...state, n, distance, sinceWarning }
  }
  const errors = state.errors + 1
  const mean = state.mean + (distance - state.mean) / errors
  const squares = state.squares + (distance - state.mean) * (distance - mean)
  const spread = mean + 2 * Math.sqrt(errors > 1 ? squares / (errors - 1) : 0)
  const largest = n > options.warmUp ? Math.max(state.largest, spread) : state.largest
  const share = errors > options.warmUp ? spread / largest : 1
  const signal = share < options.change ? 'change' : share < options.warning ? 'warning' : 'stable'
  const sinceWarning = signal === 'stable' ? 0 : state.sinceWarning + 1
  return {
    signal,
    recent: Math.max(1, sinceWarning),
    n,
    distance: 0,
    errors,
    mean,
    squares,
    largest,
    sinceWarning,
  }
}
