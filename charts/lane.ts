/** A mark of a lane: its pixel and what is to be written beside it, or nothing. */
export interface Mark {
  x: number
  text: string
}

const HALF_MARK = 6
const PIXELS_PER_CHARACTER = 6.5
/** Beyond its end a text is so far from what follows that it is clear which mark it is of, pixels. */
const CLEAR = 16
/** Marks that are nearer to each other than this would cover each other, pixels. */
export const APART = 16

type Interval = readonly [from: number, to: number]

/**
 * The ascending places in groups of those that one mark stands for, so that no two marks cover each other.
 * @param apart how far from the first of a group the next group may begin
 */
export function groupByPlace<T>(items: readonly T[], placeOf: (item: T) => number, apart: number): T[][] {
  const groups: T[][] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (last !== undefined && placeOf(item) - placeOf(last[0]) < apart) last.push(item)
    else groups.push([item])
  }
  return groups
}

/**
 * Beside which side of each mark its text has room: right where it can, else left, and `undefined` where it would lie
 * on another mark or text, or so near to one that it seemed to be its, or leave the lane. Earlier marks come first.
 * @param width of the lane, pixels
 */
export function placeTexts(marks: readonly Mark[], width: number): ('left' | 'right' | undefined)[] {
  const taken = marks.map(({ x }): Interval => [x - HALF_MARK, x + HALF_MARK])
  const isFree = ([from, to]: Interval, own: number) => {
    const { x } = marks[own]
    const [left, right] = [from < x ? from - CLEAR : from, to > x ? to + CLEAR : to]
    const isApart = (other: Interval, i: number) => i === own || right <= other[0] || left >= other[1]
    return from >= 0 && to <= width && taken.every(isApart)
  }
  return marks.map(({ x, text }, i) => {
    if (text === '') return undefined
    const length = HALF_MARK + PIXELS_PER_CHARACTER * [...text].length
    const sides = { right: [x, x + length], left: [x - length, x] } as const
    const side = (['right', 'left'] as const).find((one) => isFree(sides[one], i))
    if (side !== undefined) taken.push(sides[side])
    return side
  })
}
