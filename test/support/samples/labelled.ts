import type { LabelledProfile } from '../../../store/labelled/labelled-profiles.ts'

export interface LabelledRow {
  x: number
  /** A class from 0, or a number. */
  y: number
}

/** Inner edges that cut the values into bins of equal numbers. */
export function quantileEdges(values: readonly number[], bins: number): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return [
    ...new Set(
      Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)]),
    ),
  ]
}

/** The labelled sums of a numeric column; without `classes` the labels are numbers about 0. */
export function labelled(
  rows: readonly LabelledRow[],
  edges: readonly number[],
  classes?: number,
): LabelledProfile {
  const slots = edges.length + 2
  const counts = new Array<number>(slots * (classes ?? 1)).fill(0)
  const sums = classes === undefined ? new Array<number>(slots).fill(0) : []
  const squares = [...sums]
  for (const { x, y } of rows) {
    const slot = 1 + rank(edges, x)
    if (classes !== undefined) counts[slot * classes + y]++
    else {
      counts[slot]++
      sums[slot] += y
      squares[slot] += y * y
    }
  }
  return { counts, sums, squares }
}

/** How many edges are at most x. */
function rank(edges: readonly number[], x: number): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle] <= x) low = middle + 1
    else high = middle
  }
  return low
}
