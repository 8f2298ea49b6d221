/** By how much a number that was served may differ from its reference, relative to the reference and besides. */
export interface SkewTolerance {
  tolerance: number
  absolute: number
}

/**
 * Numbers that went through single precision differ by up to 6e-8 of themselves. A larger tolerance would hide an hour in
 * a time that is given in seconds.
 */
export const DEFAULT_SKEW: SkewTolerance = { tolerance: 1e-6, absolute: 0 }

/** What was counted of one feature over the predictions that have a reference row. */
export interface SkewCounts {
  /** Predictions whose reference row has a word on the feature. */
  rows: number
  /** Those of them that differ by more than is tolerated. */
  differing: number
  /** Of the differing ones, those that were served without a value, and those whose reference has none. */
  missingServed: number
  missingReference: number
  /** Rows with a value on both sides. */
  both: number
  /** Served minus reference and its size, summed over these; 0 of categories. */
  difference: number
  absolute: number
}

/** The mean of a sum over rows with both values; null where there is none, or none that a double can hold. */
export function meanOverBoth(sum: number, { both }: Pick<SkewCounts, 'both'>): number | null {
  const mean = both === 0 ? NaN : sum / both
  return Number.isFinite(mean) ? mean : null
}

/** What was counted of a feature over all parts of a period. */
export function totalSkew(parts: readonly SkewCounts[]): SkewCounts {
  const total = (key: keyof SkewCounts) => parts.reduce((sum, part) => sum + part[key], 0)
  return {
    rows: total('rows'),
    differing: total('differing'),
    missingServed: total('missingServed'),
    missingReference: total('missingReference'),
    both: total('both'),
    difference: total('difference'),
    absolute: total('absolute'),
  }
}
