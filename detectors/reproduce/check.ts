import type { Difference } from './differences.ts'

/** Whether a part of a result came out again as it was stored. */
export type Check =
  | { status: 'agrees' }
  | { status: 'differs'; differences: Difference[] }
  /** What it was computed from is no longer stored. */
  | { status: 'unavailable'; reason: string }

export interface Reproduction {
  /** The verdict and every statistic, from what was stored with the result. */
  evaluation: Check
  /** What is known of the window, from the stored predictions and labels. */
  window: Check
  /** What it was compared with: from the stored baseline, or where its hours move from predictions and labels. */
  baseline: Check
}

export const unavailable = (reason: string): Extract<Check, { status: 'unavailable' }> => ({
  status: 'unavailable',
  reason,
})
export const NO_MODEL = unavailable('the model is no longer declared')
export const NO_COLUMN = unavailable('the model no longer has the column')
export const NO_SEGMENT = unavailable('the baseline that told the segments apart is no longer stored')
export const NO_ROWS = unavailable('the rows of these hours are no longer stored')

export const checked = (differences: Difference[]): Check =>
  differences.length === 0 ? { status: 'agrees' } : { status: 'differs', differences }
