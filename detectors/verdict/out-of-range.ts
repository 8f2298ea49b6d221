import type { ColumnProfile, NumericBinning } from '../../store/profiles/binning.ts'
import { rowsOf, type ColumnInput } from './column-input.ts'
import type { RateChange } from './rate-change.ts'
import { twoProportion } from '../statistics/two-proportion.ts'

/** Beyond which values of a column lie outside the baseline's range, and the slots of those that do. */
export interface Beyond {
  min: number
  max: number
  below: readonly number[]
  above: readonly number[]
}

/**
 * The slots below the baseline's minimum and above its maximum. The outermost cells of a binning are those; with exact
 * cells it is all beyond the baseline's outermost rows. Undefined when the baseline that the binning came from had no
 * values.
 */
export function slotsBeyond({
  binning,
  baseline,
}: Omit<ColumnInput<NumericBinning>, 'window'>): Beyond | undefined {
  const { edges, exact } = binning
  const last = edges.length
  if (last < 2) return undefined
  const occupied = (count: number, slot: number) => slot > 0 && count > 0
  const from = exact ? baseline.counts.findIndex(occupied) : 2
  const to = exact ? baseline.counts.findLastIndex(occupied) : last - 1
  if (from < 1) return undefined
  const slots = Array.from({ length: last }, (_, i) => i + 1)
  return {
    min: edges[from - 1],
    max: exact ? edges[to - 1] : edges[last - 1],
    below: slots.filter((slot) => slot < from),
    above: slots.filter((slot) => slot > to),
  }
}

/**
 * The share of values (missing apart) below the baseline's minimum or above its maximum, tested two-sided.
 * Undefined when a side has no values, or when the baseline that the binning came from had none.
 */
export function outOfRangeChange({
  binning,
  baseline,
  window,
}: ColumnInput<NumericBinning>): RateChange | undefined {
  const beyond = slotsBeyond({ binning, baseline })
  if (beyond === undefined) return undefined
  const outside = [...beyond.below, ...beyond.above]
  const hits = ({ counts }: ColumnProfile) => outside.reduce((sum, slot) => sum + (counts[slot] ?? 0), 0)
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const [nB, nC] = [b.n - b.missing, c.n - c.missing]
  const [hitsB, hitsC] = [hits(baseline), hits(window)]
  const test = twoProportion(hitsB, nB, hitsC, nC)
  return test && { baseline: hitsB / nB, window: hitsC / nC, pValue: test.pValue }
}
