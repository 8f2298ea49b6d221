import type { ColumnBinning } from '../../store/profiles/binning.ts'

/** The slot of a value in the count array of a binning, found here without the engine. */
export function slotFinder(binning: ColumnBinning): (value: number | string | null) => number {
  if (binning.kind === 'numeric') {
    const { edges } = binning
    return (value) => (value === null ? 0 : lastAtMost(edges, Number(value)) + 1)
  }
  const slots = new Map(binning.categories.map((category, i) => [category, i + 1]))
  const rest = binning.categories.length + 1
  return (value) => (value === null ? 0 : (slots.get(String(value)) ?? rest))
}

/** Index of the last of ascending edges that is at most x. */
function lastAtMost(edges: readonly number[], x: number): number {
  let [low, high] = [0, edges.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (edges[middle] <= x) low = middle
    else high = middle
  }
  return low
}
