import {
  cellValues,
  LOWEST_EDGE,
  type ColumnBinning,
  type NumericBinning,
} from '../../store/profiles/binning.ts'
import { formatGroupLabel } from '../verdict/groups.ts'

/** Categories that are named where several stand together. */
const MAX_NAMED = 2

/** The values that some slots of a column hold, ascending, as people read them. Category names come in as they are. */
export function slotLabel(binning: ColumnBinning, slots: readonly number[]): string {
  const [first, last] = [slots[0], slots[slots.length - 1]]
  if (last === 0) return 'missing'
  if (binning.kind === 'numeric') return rangeLabel(binning, first, last)
  const names = slots.map((slot) =>
    slot <= binning.categories.length
      ? formatGroupLabel({ kind: 'category', value: binning.categories[slot - 1] })
      : 'other',
  )
  const more = names.length - MAX_NAMED
  return more <= 0 ? names.join(' and ') : `${names.slice(0, MAX_NAMED).join(', ')} and ${more} more`
}

function rangeLabel(binning: NumericBinning, first: number, last: number): string {
  const { edges } = binning
  const values = cellValues(binning)
  const from = values[first - 1] ?? edges[first - 1]
  // The slot of one value ends just above it, which reads the same and is not in it.
  const value = values[last - 1]
  const text = (number: number) => formatGroupLabel({ kind: 'value', value: number })
  if (value !== undefined && first === last) return text(value)
  if (value !== undefined)
    return from === LOWEST_EDGE ? `≤ ${text(value)}` : `[${text(from)}, ${text(value)}]`
  return formatGroupLabel({
    kind: 'range',
    ...(from !== LOWEST_EDGE && { from }),
    ...(last < edges.length && { to: edges[last] }),
  })
}
