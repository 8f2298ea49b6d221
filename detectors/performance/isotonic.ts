/**
 * Isotonic regression: the increasing function nearest to the data, by which scores become probabilities.
 * Pool-adjacent-violators: Ayer, Brunk, Ewing, Reid and Silverman (1955); for calibration: Zadrozny and Elkan (2002).
 */

/** An increasing function by its points: `x` strictly ascending, `y` never falling, of one length, at least one. */
export interface IsotonicFit {
  x: readonly number[]
  y: readonly number[]
}

/** Rows pooled to one value, `sum / weight`; `points` of the fit have it. */
interface Block {
  sum: number
  weight: number
  points: number
}

/**
 * Fits y to x: the never falling values at the distinct x that have the least weighted squared error. Rows of one x are
 * averaged first. The weighted mean of the fit is that of `y`.
 * @param x scores, or mean scores of bins, in any order
 * @param y labels 0 and 1, or rates of bins; one an x
 * @param weights rows that each x stands for, above 0; all 1 unless given
 * @returns `undefined` without rows
 */
export function fitIsotonic(
  x: readonly number[],
  y: readonly number[],
  weights?: readonly number[],
): IsotonicFit | undefined {
  if (x.length === 0) return undefined
  const points = new Map<number, Block>()
  x.forEach((at, row) => {
    const weight = weights?.[row] ?? 1
    const point = points.get(at) ?? { sum: 0, weight: 0, points: 1 }
    points.set(at, { sum: point.sum + weight * y[row], weight: point.weight + weight, points: 1 })
  })
  const sorted = [...points].sort(([a], [b]) => a - b)
  const blocks = poolViolators(sorted.map(([, point]) => point))
  return {
    x: sorted.map(([at]) => at),
    y: blocks.flatMap((block) => Array<number>(block.points).fill(valueOf(block))),
  }
}

/**
 * The fitted function at `x`: linear between its points, and beyond them the outermost value. The step function that
 * the fit is strictly speaking would jump in places that depend on the sample; scikit-learn and NannyML interpolate too.
 */
export function isotonicValue({ x: points, y: values }: IsotonicFit, x: number): number {
  const above = firstNotBelow(points, x)
  if (above === points.length) return values[above - 1]
  if (above === 0 || points[above] === x) return values[above]
  const share = (x - points[above - 1]) / (points[above] - points[above - 1])
  return values[above - 1] + share * (values[above] - values[above - 1])
}

/** Index of the first of the ascending numbers that is `x` or more; their number when none is. */
function firstNotBelow(ascending: readonly number[], x: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Joins each block with those before it for as long as they have a larger value. */
function poolViolators(blocks: readonly Block[]): Block[] {
  const pooled: Block[] = []
  for (let block of blocks) {
    while (pooled.length > 0 && valueOf(pooled.at(-1)!) > valueOf(block)) block = join(pooled.pop()!, block)
    pooled.push(block)
  }
  return pooled
}

function join(a: Block, b: Block): Block {
  return { sum: a.sum + b.sum, weight: a.weight + b.weight, points: a.points + b.points }
}

function valueOf({ sum, weight }: Block): number {
  return sum / weight
}
