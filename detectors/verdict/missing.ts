import type { ColumnInput } from './column-input.ts'
import { rowsOf } from './column-input.ts'
import { QUALITY_THRESHOLDS } from '../../domain/quality-thresholds.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import type { Grade } from './decide.ts'
import { likelihoodRoot } from '../statistics/likelihood-root.ts'
import { rateGrade, type RateChange } from './rate-change.ts'
import { normalSf } from '../statistics/tails.ts'
import { twoProportion } from '../statistics/two-proportion.ts'

/** Points by which the share of missing values changes, up or down. */
export const MISSING_THRESHOLDS: Thresholds = QUALITY_THRESHOLDS.missing

type Sides = Pick<ColumnInput, 'baseline' | 'window'>

/**
 * The share of missing values on both sides, tested two-sided: a column that fills up has changed as well.
 * The test is the pooled two-proportion one, with {@link likelihoodRoot} for its z where that is smaller: by z alone
 * 200 rows with 2% missing breached fifteen times as often as the level says.
 * Undefined when a side has no rows.
 */
export function missingChange({ baseline, window }: Sides): RateChange | undefined {
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const test = twoProportion(b.missing, b.n, c.missing, c.n)
  if (!test) return undefined
  const z = Math.min(Math.abs(test.z), likelihoodRoot(b.missing, b.n, c.missing, c.n))
  return { baseline: b.missing / b.n, window: c.missing / c.n, pValue: 2 * normalSf(z) }
}

export function missingGrade(change: RateChange | undefined, alpha: number): Grade {
  if (!change) return 'ok'
  return rateGrade(Math.abs(change.window - change.baseline), change.pValue, alpha, MISSING_THRESHOLDS)
}

/**
 * How probable it is by chance that no row of the window has a value, when the rows with a value are spread at
 * random over both sides (hypergeometric, exact). It keeps "all missing" from being raised on three rows, or on a
 * column that is nearly always missing.
 */
export function allMissingProbability({ baseline, window }: Sides): number {
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const n = b.n + c.n
  const present = b.n - b.missing
  // C(n - present, c.n) / C(n, c.n), which is the same with `present` and `c.n` exchanged: the shorter product.
  const [long, short] = present > c.n ? [present, c.n] : [c.n, present]
  let p = 1
  for (let i = 0; i < short && p > 0; i++) p *= (n - long - i) / (n - i)
  return p
}
