/**
 * Page–Hinkley test and its relative CUSUM: has the mean of a series moved?
 * Page (1954), Continuous inspection schemes; Hinkley (1971), Inference about the change-point from cumulative sum tests.
 */
import type { Detector, DetectorState } from './detector.ts'

export interface PageHinkleyOptions {
  /** Which way the mean moves. */
  direction: 'up' | 'down' | 'both'
  /** Values before which no change is reported, at least 1. */
  minValues: number
  /** Deviations from the mean of this size are tolerated, at least 0, in the unit of the values. */
  delta: number
  /** How far the sum of deviations must rise, above 0, in the unit of the values. */
  threshold: number
  /** What remains of the sum at each further value, in (0, 1]; 1 forgets nothing. */
  memory: number
  /**
   * `page_hinkley`: the rise of the sum above its lowest point exceeds the threshold. `cusum`: the sum, kept from
   * falling below 0, reaches it.
   */
  form: 'page_hinkley' | 'cusum'
}

/** The sum of deviations in one direction, its lowest point, and the values since then. */
interface Side {
  sum: number
  lowest: number
  age: number
}

export interface PageHinkleyState extends DetectorState {
  n: number
  mean: number
  up: Side
  down: Side
}

const DEFAULTS: PageHinkleyOptions = {
  direction: 'both',
  minValues: 30,
  delta: 0.005,
  threshold: 50,
  memory: 0.9999,
  form: 'page_hinkley',
}

/**
 * Sums `S_t = memory S_(t-1) + (x_t - mean_t) - delta` upwards (downwards with the opposite sign), `mean_t` being the
 * mean of the values so far; see {@link PageHinkleyOptions.form} for when that is a change. It began after the lowest
 * point of the sum.
 *
 * Without forgetting both forms are the same but for a sum that hits the threshold exactly. With forgetting
 * `page_hinkley` compares a sum that fades with a lowest point that does not: watched upwards alone, a fall of the mean
 * is followed by a rise that is only the sum fading back, so watch both directions or forget nothing. River has had
 * that form since 0.14, and `cusum` before; older River and scikit-multiflow report one value sooner than `minValues`.
 */
export function pageHinkley(options: Partial<PageHinkleyOptions> = {}): Detector<PageHinkleyState> {
  const settings = { ...DEFAULTS, ...options }
  const side: Side = { sum: 0, lowest: 0, age: 0 }
  return {
    start: { signal: 'stable', recent: 0, n: 0, mean: 0, up: side, down: side },
    step: (state, value) => step(state, value, settings),
  }
}

function step(state: PageHinkleyState, value: number, options: PageHinkleyOptions): PageHinkleyState {
  const n = state.n + 1
  const mean = state.mean + (value - state.mean) / n
  const up = add(state.up, value - mean, options)
  const down = add(state.down, mean - value, options)
  const watched = { up: [up], down: [down], both: [up, down] }[options.direction]
  const risen = n < options.minValues ? undefined : watched.find((side) => hasRisen(side, options))
  return { signal: risen ? 'change' : 'stable', recent: Math.max(1, risen?.age ?? 0), n, mean, up, down }
}

function add(side: Side, deviation: number, { delta, memory, form }: PageHinkleyOptions): Side {
  const sum = memory * side.sum + deviation - delta
  if (sum > side.lowest) return { sum, lowest: side.lowest, age: side.age + 1 }
  const lowest = form === 'cusum' ? 0 : sum
  return { sum: lowest, lowest, age: 0 }
}

function hasRisen({ sum, lowest }: Side, { threshold, form }: PageHinkleyOptions): boolean {
  return form === 'cusum' ? sum >= threshold : sum - lowest > threshold
}
