import { lossBin, lossBinCount, MAX_LOSS_BINS } from '../../../store/labelled/loss-bins.ts'
import { cellValues, LOWEST_EDGE, type ColumnBinning } from '../../../store/profiles/binning.ts'
import type { GroupLabel } from '../../verdict/groups.ts'

/** What the values of a bin of losses are. `rest` are categories that are listed but too rare for a bin of their own. */
export type LossLabel = GroupLabel | { kind: 'rest' }

/** The labels of a column's bins of losses, in their order. */
export function lossLabels(binning: ColumnBinning): LossLabel[] {
  const missing: LossLabel = { kind: 'missing' }
  if (binning.kind === 'categorical') {
    const { categories, truncated } = binning
    const isCut = categories.length > MAX_LOSS_BINS
    const own = categories.slice(0, isCut ? MAX_LOSS_BINS - 1 : undefined)
    return [
      missing,
      ...own.map((value): LossLabel => ({ kind: 'category', value })),
      ...(isCut ? [{ kind: 'rest' } as const] : []),
      { kind: truncated ? 'other' : 'unseen' },
    ]
  }
  const { edges } = binning
  const values = cellValues(binning)
  const cells = edges.map((_, cell) => lossBin(binning, cell + 1))
  return [
    missing,
    ...Array.from({ length: lossBinCount(binning) - 1 }, (_, i): LossLabel => {
      const [first, end] = [cells.indexOf(i + 1), cells.lastIndexOf(i + 1) + 1]
      const value = values[first]
      if (end === first + 1 && value !== undefined) return { kind: 'value', value }
      const [from, to] = [edges[first], end < edges.length ? edges[end] : undefined]
      return {
        kind: 'range',
        ...(from > LOWEST_EDGE && { from }),
        ...(to !== undefined && { to }),
      }
    }),
  ]
}
