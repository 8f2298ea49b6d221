import {
  cellValues,
  LOWEST_EDGE,
  type ColumnProfile,
  type NumericBinning,
} from '../../store/profiles/binning.ts'
import { rowsOf } from '../verdict/column-input.ts'
import { formatNumber } from '../verdict/groups.ts'
import { figure } from '../verdict/phrases.ts'
import { plainAbove, plainBelow } from './plain-numbers.ts'
import type { SuggestedConstraint, Suggestion, WithheldConstraint } from './suggestion.ts'

/** Values outside these shares of the sorted ones are the tails. */
const TAIL = 0.01
/** The margin beyond an extreme is so much of the range between the tails, or so many times as long as the tail. */
const RANGES = 0.5
const TAILS = 3
/** A tail that is longer than so many ranges has no end that the baseline could tell. */
const MAX_TAIL_RANGES = 2

/** The smallest or largest value, as far as the bins tell. */
interface Extreme {
  value: number
  /** No value is beyond it: a bin of one value also holds its copies in single precision. */
  edge: number
}

interface Extent {
  lowest: Extreme
  /** Where the lower tail ends, and where the upper one begins. */
  low: number
  high: number
  highest: Extreme
}

/**
 * A range for the values to come. Were it the baseline's own, the next values of the very same distribution would leave
 * it: a window as large as the baseline has a larger maximum in half of the cases. The margin is what keeps them within.
 */
export function suggestRange(binning: NumericBinning, profile: ColumnProfile): Suggestion {
  const extent = extentOf(binning, profile)
  const sides = [minimum(extent), maximum(extent)]
  return {
    constraints: sides.filter((one): one is SuggestedConstraint => 'value' in one),
    withheld: sides.filter((one) => !('value' in one)),
  }
}

function minimum(extent: Extent): SuggestedConstraint | WithheldConstraint {
  const { lowest, low } = extent
  const beyond = boundBeyond(low - lowest.value, extent, (margin) =>
    Math.min(plainBelow(lowest.value, margin), plainBelow(lowest.edge, margin / 2)),
  )
  const smallest = formatNumber(lowest.value)
  if (lowest.edge >= 0 && !(beyond !== undefined && beyond.bound > 0))
    return { field: 'min', value: 0, reason: `no value is negative; the smallest is ${smallest}` }
  if (beyond === undefined)
    return { field: 'min', reason: noBound('smallest', smallest, `99% are at least ${formatNumber(low)}`, extent) } // prettier-ignore
  const reason = `the smallest value is ${smallest}, less a margin of ${figure(beyond.margin)}`
  return { field: 'min', value: beyond.bound, reason }
}

function maximum(extent: Extent): SuggestedConstraint | WithheldConstraint {
  const { high, highest } = extent
  const beyond = boundBeyond(highest.value - high, extent, (margin) =>
    Math.max(plainAbove(highest.value, margin), plainAbove(highest.edge, margin / 2)),
  )
  const largest = formatNumber(highest.value)
  if (beyond === undefined)
    return { field: 'max', reason: noBound('largest', largest, `99% are at most ${formatNumber(high)}`, extent) } // prettier-ignore
  const reason = `the largest value is ${largest}, plus a margin of ${figure(beyond.margin)}`
  return { field: 'max', value: beyond.bound, reason }
}

/** A bound and how far it lies beyond the extreme; undefined where none can be told. */
function boundBeyond(
  tail: number,
  { low, high }: Extent,
  place: (margin: number) => number,
): { bound: number; margin: number } | undefined {
  const range = high - low
  if (!(range > 0 && tail <= MAX_TAIL_RANGES * range)) return undefined
  const margin = Math.max(RANGES * range, TAILS * tail)
  const bound = place(margin)
  return Number.isFinite(bound) ? { bound, margin } : undefined
}

function noBound(which: string, extreme: string, most: string, { lowest, highest }: Extent): string {
  return lowest.value === highest.value
    ? `all values are ${extreme}`
    : `the ${which} value, ${extreme}, is far from the others: ${most}`
}

function extentOf({ edges, ...binning }: NumericBinning, profile: ColumnProfile): Extent {
  const { counts } = profile
  const { n, missing } = rowsOf(profile)
  const values = cellValues({ edges, ...binning })
  const bottom = (slot: number): Extreme => {
    const edge = edges[slot - 1] === LOWEST_EDGE ? -Infinity : edges[slot - 1]
    return { value: values[slot - 1] ?? edge, edge }
  }
  const top = (slot: number): Extreme => {
    const edge = edges[slot] ?? Infinity
    return { value: values[slot - 1] ?? edge, edge }
  }
  const isOccupied = (rows: number, slot: number) => slot > 0 && rows > 0
  const first = counts.findIndex(isOccupied)
  const last = counts.findLastIndex(isOccupied)
  const tail = TAIL * (n - missing)
  return {
    lowest: bottom(first),
    low: bottom(slotAt(counts, tail, first, 1)).value,
    high: top(slotAt(counts, tail, last, -1)).value,
    highest: top(last),
  }
}

/** The first slot, going up or down, by which more than so many rows have been passed. */
function slotAt(counts: readonly number[], rows: number, from: number, step: 1 | -1): number {
  let passed = counts[from]
  let slot = from
  while (passed <= rows) passed += counts[(slot += step)]
  return slot
}
