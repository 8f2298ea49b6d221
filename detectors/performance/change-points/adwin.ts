/**
 * ADWIN2: a window over the latest values that shrinks when its older and its newer part differ.
 * Bifet and Gavaldà (2007), Learning from time-changing data with adaptive windowing.
 */
import type { Detector, DetectorState } from './detector.ts'

export interface AdwinOptions {
  /** Bound of the probability of a false cut in a window, in (0, 1). */
  delta: number
  /** The window is checked at every so many values, at least 1. */
  clock: number
  /** Buckets of one size kept before the two oldest are merged, at least 2: more is finer and slower. */
  maxBuckets: number
  /** Shortest part that a cut may leave on either side, at least 1. */
  minPart: number
  /** Windows of at most so many values are not checked. */
  grace: number
}

/** A run of consecutive values; `squares` is the sum of their squared deviations from `mean`. */
export interface Bucket {
  n: number
  mean: number
  squares: number
}

export interface AdwinState extends DetectorState {
  /** Values taken. */
  seen: number
  /** The window, oldest first; sizes are powers of two that never grow from one bucket to the next. */
  buckets: readonly Bucket[]
}

const DEFAULTS: AdwinOptions = { delta: 0.002, clock: 32, maxBuckets: 5, minPart: 5, grace: 10 }

/**
 * Finds changes of the mean, in O(log n) memory. Values are expected within [0, 1]: the bound of false cuts is of such
 * values; on a larger scale more is found than `delta` allows, on a smaller one less. A change is taken to lie at the
 * border where the window is cut most clearly; what is left of the window reaches further back, as only its oldest
 * buckets go.
 *
 * The window is cut where `|mean_0 - mean_1| > sqrt(2 v s² ln(2 ln(n) / delta)) + 2/3 v ln(2 ln(n) / delta)` for any
 * border between buckets, s² the variance of the whole window and `v = 1/(n_0 - m + 1) + 1/(n_1 - m + 1)`. With m, the
 * shortest part, as MOA and River have it; the paper has `1/n_0 + 1/n_1`, which is m = 1. Older versions of River did
 * not try the newest border of each size (its issue 1614), and so found changes up to a clock later.
 */
export function adwin(options: Partial<AdwinOptions> = {}): Detector<AdwinState> {
  const settings = { ...DEFAULTS, ...options }
  return {
    start: { signal: 'stable', recent: 0, seen: 0, buckets: [] },
    step: (state, value) => step(state, value, settings),
  }
}

/** All values of the window as one bucket. */
export function windowOf({ buckets }: AdwinState): Bucket {
  return buckets.reduce(merge, { n: 0, mean: 0, squares: 0 })
}

function step(state: AdwinState, value: number, options: AdwinOptions): AdwinState {
  const seen = state.seen + 1
  const grown = compress([...state.buckets, { n: 1, mean: value, squares: 0 }], options.maxBuckets)
  const cuts = seen % options.clock === 0 ? cutsOf(grown, options) : []
  if (cuts.length === 0) return { signal: 'stable', recent: 0, seen, buckets: grown }
  const clearest = cuts.reduce((best, cut) => (cut.clarity > best.clarity ? cut : best))
  return { signal: 'change', recent: clearest.newer, seen, buckets: shrink(grown, options) }
}

/** Merges the two oldest buckets of each size that there are too many of, from the smallest size on. */
function compress(buckets: readonly Bucket[], most: number): readonly Bucket[] {
  let compressed = buckets
  let last = buckets.length - 1
  for (;;) {
    const size = compressed[last].n
    const first = compressed.findIndex(({ n }) => n === size)
    if (last - first + 1 <= most) return compressed
    compressed = compressed.toSpliced(first, 2, merge(compressed[first], compressed[first + 1]))
    last = first
  }
}

/** Drops the oldest bucket for as long as there is a cut. */
function shrink(buckets: readonly Bucket[], options: AdwinOptions): readonly Bucket[] {
  let shrunk = buckets
  while (cutsOf(shrunk, options).length > 0) shrunk = shrunk.slice(1)
  return shrunk
}

/** A border where the window is cut. */
interface Cut {
  /** Values after it. */
  newer: number
  /** By what factor the difference of the means is above what is allowed. */
  clarity: number
}

function cutsOf(buckets: readonly Bucket[], { delta, minPart, grace }: AdwinOptions): Cut[] {
  const whole = buckets.reduce(merge)
  if (whole.n <= grace) return []
  const confidence = Math.log((2 * Math.log(whole.n)) / delta)
  const variance = whole.squares / whole.n
  let older: Bucket = { n: 0, mean: 0, squares: 0 }
  return buckets.flatMap((bucket) => {
    older = merge(older, bucket)
    const newer = whole.n - older.n
    if (older.n < minPart || newer < minPart) return []
    const difference = ((whole.mean - older.mean) * whole.n) / newer
    const v = 1 / (older.n - minPart + 1) + 1 / (newer - minPart + 1)
    const allowed = Math.sqrt(2 * v * variance * confidence) + (2 / 3) * v * confidence
    return Math.abs(difference) > allowed ? [{ newer, clarity: Math.abs(difference) / allowed }] : []
  })
}

/** Chan, Golub and LeVeque (1979). */
function merge(a: Bucket, b: Bucket): Bucket {
  const n = a.n + b.n
  const apart = b.mean - a.mean
  return {
    n,
    mean: a.mean + apart * (b.n / n),
    squares: a.squares + b.squares + apart * a.n * (b.n / n) * apart,
  }
}
