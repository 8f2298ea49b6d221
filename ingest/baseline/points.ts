import { float32Interval, soleValue, type Interval } from '../../store/profiles/float32.ts'

/** A value of the baseline, and the doubles that count as it. */
export interface Point extends Interval {
  value: number
  rows: number
}

/**
 * Turns values of the baseline into cells of their own. A copy in single precision is the same value, so a cell spans
 * all that rounds to the same float32. Where the baseline itself has both a fraction and its copy, they are one point;
 * where it has other values that single precision cannot tell apart (large integers, times), each stands for itself.
 * @param values distinct finite values with their rows, in any order
 * @returns ascending and disjoint
 */
export function pointsOf(values: readonly { value: number; rows: number }[]): Point[] {
  const sorted = values.toSorted((a, b) => a.value - b.value)
  const points: Point[] = []
  for (let start = 0; start < sorted.length;) {
    const single = Math.fround(sorted[start].value)
    let end = start + 1
    while (end < sorted.length && Math.fround(sorted[end].value) === single) end++
    points.push(...together(sorted.slice(start, end)))
    start = end
  }
  return points
}

function together(twins: readonly { value: number; rows: number }[]): Point[] {
  const [first] = twins
  if (twins.length === 1) return [{ ...first, ...float32Interval(first.value) }]
  const copy = twins.find(({ value }) => value === Math.fround(value))
  const original = twins.find((twin) => twin !== copy)!
  const both = float32Interval(original.value)
  // Near 0 an interval holds its value alone: what rounds to 0 is no copy of it.
  const isCopied = copy !== undefined && both.from <= copy.value && copy.value < both.to
  if (twins.length === 2 && isCopied && !Number.isInteger(original.value))
    return [{ value: original.value, rows: first.rows + twins[1].rows, ...both }]
  return twins.map(({ value, rows }) => ({ value, rows, ...soleValue(value) }))
}
