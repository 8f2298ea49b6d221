/**
 * Isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955): the non-decreasing
 * values nearest to the given ones by weighted squares. A place without weight takes the value before it, or if there
 * is none the first one after it.
 * @param sums of the values in each place
 * @param weights of each place, not negative
 * @returns a value a place; undefined where nothing has weight
 */
export function isotonicMeans(sums: readonly number[], weights: readonly number[]): number[] | undefined {
  const blocks: { sum: number; weight: number; places: number }[] = []
  sums.forEach((sum, i) => {
    if (!(weights[i] > 0)) {
      const open = blocks.at(-1)
      if (open === undefined) blocks.push({ sum: 0, weight: 0, places: 1 })
      else open.places++
      return
    }
    let block = { sum, weight: weights[i], places: 1 }
    for (let last = blocks.at(-1); last !== undefined && isAbove(last, block); last = blocks.at(-1)) {
      blocks.pop()
      block = {
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
        places: last.places + block.places,
      }
    }
    blocks.push(block)
  })
  if (!blocks.some(({ weight }) => weight > 0)) return undefined
  return blocks.flatMap(({ sum, weight, places }) => new Array<number>(places).fill(sum / weight))
}

/** Whether the block has to be joined with the one that follows: it is higher, or holds nothing. */
function isAbove(last: { sum: number; weight: number }, next: { sum: number; weight: number }): boolean {
  return last.weight === 0 || last.sum * next.weight > next.sum * last.weight
}
