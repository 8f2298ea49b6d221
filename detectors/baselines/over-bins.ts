import { sum } from '../../domain/sum.ts'
import {
  cellValues,
  type CategoricalBinning,
  type ColumnBinning,
  type ColumnProfile,
  type NumericBinning,
} from '../../store/profiles/binning.ts'
import type { ColumnInput } from '../verdict/column-input.ts'

export interface Counted<Binning extends ColumnBinning = ColumnBinning> {
  binning: Binning
  profile: ColumnProfile
}

/** Two baselines of one column over the same bins. */
export interface SameBins {
  input: ColumnInput
  /** At each edge, the share of rows below it is known to within this; 0 where the counts are exact. */
  precision: number
  /** Categories of the older baseline that are counted as "other", since the newer one does not list them. */
  merged: number
}

/**
 * The newer baseline over the bins of the older one, from stored counts alone. Numbers are divided where a cell of the newer
 * baseline lies across edges of the older one: in proportion, as no values are stored. Categories are exact.
 */
export function overOlderBins(older: Counted, newer: Counted): SameBins | { reason: string } {
  if (JSON.stringify(older.binning) === JSON.stringify(newer.binning))
    return { input: { binning: older.binning, baseline: older.profile, window: newer.profile }, precision: 0, merged: 0 } // prettier-ignore
  if (older.binning.kind === 'numeric' && newer.binning.kind === 'numeric') {
    if (older.binning.classes !== undefined || newer.binning.classes !== undefined)
      return { reason: 'The bins of each class differ between the baselines.' }
    return overEdges({ ...older, binning: older.binning }, { ...newer, binning: newer.binning })
  }
  if (older.binning.kind === 'categorical' && newer.binning.kind === 'categorical')
    return overCategories({ ...older, binning: older.binning }, { ...newer, binning: newer.binning })
  return { reason: 'It is numeric in one baseline and categorical in the other.' }
}

function overCategories(older: Counted<CategoricalBinning>, newer: Counted<CategoricalBinning>): SameBins {
  const [counts, added] = [older.profile.counts, newer.profile.counts]
  const slots = new Map(newer.binning.categories.map((category, i) => [category, i + 1]))
  const hasRest = (added.at(-1) ?? 0) > 0
  // Rows in the rest of the newer baseline may be of any category that it does not list.
  const kept = older.binning.categories.flatMap((category, i) =>
    hasRest && !slots.has(category) ? [] : [{ category, before: counts[i + 1], now: added[slots.get(category) ?? -1] ?? 0 }],
  ) // prettier-ignore
  const merged = older.binning.categories.length - kept.length
  const over = (all: readonly number[], listed: readonly number[]): ColumnProfile => ({
    counts: [all[0], ...listed, sum(all) - all[0] - sum(listed)],
    sums: [],
    squares: 0,
  })
  return {
    input: {
      binning: {
        ...older.binning,
        categories: kept.map(({ category }) => category),
        truncated: older.binning.truncated || merged > 0,
      },
      baseline: over(counts, kept.map(({ before }) => before)), // prettier-ignore
      window: over(added, kept.map(({ now }) => now)), // prettier-ignore
    },
    precision: 0,
    merged,
  }
}

function overEdges(older: Counted<NumericBinning>, newer: Counted<NumericBinning>): SameBins {
  const { window, widest } = overNumericBins(newer, older.binning)
  const values = sum(newer.profile.counts.slice(1))
  const precision = values > 0 ? widest / values : 0
  return { input: { binning: older.binning, baseline: older.profile, window }, precision, merged: 0 }
}

/**
 * A profile over the cells of another binning.
 * @returns with it the rows of the fullest cell that was divided
 */
export function overNumericBins(
  { binning, profile }: Counted<NumericBinning>,
  to: Pick<NumericBinning, 'edges' | 'centre'>,
): { window: ColumnProfile; widest: number } {
  const counts = new Array<number>(to.edges.length + 1).fill(0)
  const sums = [...counts]
  counts[0] = profile.counts[0]
  const values = cellValues(binning)
  let widest = 0
  binning.edges.forEach((from, cell) => {
    const rows = profile.counts[cell + 1] ?? 0
    if (rows === 0) return
    const mean = binning.centre + (profile.sums[cell + 1] ?? 0) / rows
    const until = binning.edges[cell + 1] ?? Infinity
    const parts = values[cell] === undefined && cell > 0 ? partsOf(from, until, to.edges) : []
    if (parts.length < 2) {
      add(slotOf(values[cell] ?? (parts.length === 1 ? from : mean), to.edges), rows)
      return
    }
    widest = Math.max(widest, rows)
    for (const { slot, share } of parts) add(slot, share * rows)

    function add(slot: number, some: number) {
      counts[slot] += some
      sums[slot] += some * (mean - to.centre)
    }
  })
  const shift = binning.centre - to.centre
  const squares = profile.squares + 2 * shift * sum(profile.sums) + shift * shift * sum(profile.counts.slice(1)) // prettier-ignore
  return { window: { counts, sums, squares }, widest }
}

/** How much of `[from, until)` lies in each slot; none where its length is not finite. */
function partsOf(from: number, until: number, edges: readonly number[]): { slot: number; share: number }[] {
  const length = until - from
  if (!Number.isFinite(length)) return []
  const parts = []
  for (let slot = slotOf(from, edges), start = from; start < until; slot++) {
    const end = Math.min(edges[slot] ?? Infinity, until)
    parts.push({ slot, share: (end - start) / length })
    start = end
  }
  return parts
}

/** The slot of a value: slot i + 1 holds `[edges[i], edges[i + 1])`. */
function slotOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (edges[middle] <= value) low = middle
    else high = middle
  }
  return low + 1
}
