export interface SparklineBox {
  width: number
  height: number
  /** The value at the upper edge, so that several can share a scale; by default the largest of their own. */
  max?: number | undefined
}

export interface Sparkline {
  /** Path data of the line; a value between gaps is a dot, which takes round line caps. */
  line: string
  /** Path data of the area below the line, down to the lower edge. */
  area: string
  /** Where the last value is; absent where the last one is a gap. */
  last?: { x: number; y: number }
}

/** Room for half the width of the line, pixels. */
const EDGE = 1.5

/** The geometry of a small line from 0 up, all of it within the box; values that are null or not finite are gaps. */
export function sparkline(
  values: readonly (number | null)[],
  { width, height, max }: SparklineBox,
): Sparkline {
  const numbers = values.map((value) => (value !== null && Number.isFinite(value) ? value : null))
  const top = max ?? numbers.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const floor = height - EDGE
  const x = (i: number) =>
    round(EDGE + (numbers.length < 2 ? 0.5 : i / (numbers.length - 1)) * (width - 2 * EDGE))
  const y = (value: number) => {
    const share = top > 0 ? Math.min(Math.max(value / top, 0), 1) : 0
    return round(floor - share * (height - 2 * EDGE))
  }
  const points = numbers.map((value, i) => (value === null ? null : { x: x(i), y: y(value) }))
  const line: string[] = []
  const area: string[] = []
  for (const run of runs(points)) {
    const path = run.map((point) => `${point.x} ${point.y}`).join('L')
    line.push(run.length === 1 ? `M${path}h0` : `M${path}`)
    if (run.length > 1) area.push(`M${run[0].x} ${round(floor)}L${path}V${round(floor)}Z`)
  }
  const last = points.at(-1)
  return { line: line.join(''), area: area.join(''), ...(last && { last }) }
}

/** The stretches between gaps. */
function runs<T>(items: readonly (T | null)[]): T[][] {
  const found: T[][] = []
  items.forEach((item, i) => {
    if (item === null) return
    if (i === 0 || items[i - 1] === null) found.push([])
    found.at(-1)?.push(item)
  })
  return found
}

function round(x: number): number {
  return Math.round(100 * x) / 100
}
