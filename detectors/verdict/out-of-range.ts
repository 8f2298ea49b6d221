import type { ColumnProfile, NumericBinning } from '../../store/profiles/binning.ts'
import { rowsOf, type ColumnInput } from './column-input.ts'
import type { RateChange } from './rate-change.ts'
import { twoProportion } from '../statistics/two-proportion.ts'

/**
 * The share of values (missing apart) below the baseline's minimum or above its maximum, tested two-sided.
 * The outermost cells of a binning are those; with exact cells it is all beyond the baseline's outermost rows.
 * Undefined when a side has no values, or when the baseline that the binning came from had none.
 */
export function outOfRangeChange({
  binning,
  baseline,
  window,
}: ColumnInput<NumericBinning>): RateChange | undefined {
  const last = binning.edges.length
  if (last < 2) return undefined
  const occupied = (count: number, slot: number) => slot > 0 && count > 0
  const from = binning.exact ? baseline.counts.findIndex(occupied) : 2
  const to = binning.exact ? baseline.counts.findLastIndex(occupied) : last - 1
  const hits = ({ counts }: ColumnProfile) =>
    counts.reduce((sum, count, slot) => (slot > 0 && (slot < from || slot > to) ? sum + count : sum), 0)
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const [nB, nC] = [b.n - b.missing, c.n - c.missing]
  const [hitsB, hitsC] = [hits(baseline), hits(window)]
  const test = twoProportion(hitsB, nB, hitsC, nC)
  return test && { baseline: hitsB / nB, window: hitsC / nC, pValue: test.pValue }
}
