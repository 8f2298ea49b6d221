/** The golden cases as their file has them, and the encodings in which it writes columns. */
import file from './cases.json' with { type: 'json' }

type Cell = number | string | null

export interface Side {
  values?: Cell[]
  value_counts?: [Cell, number][]
  linspace?: { start: number; stop: number; num: number; shift: number }
  bin_counts?: number[]
  weights?: number[]
}

export interface GoldenCase {
  id: string
  method: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each method has parameters of its own
  params: Record<string, any>
  reference: Cell[] | Side
  current: Cell[] | Side
  policy?: boolean
  expected: Record<string, unknown>
  tolerance: Record<string, number>
}

/** A series in order of time: a digit a value, runs of one value, or the values. */
interface Stream {
  digits?: string
  repeat?: [number, number][]
  values?: unknown[]
}

/** Numbers, or categories: never both. Missing values (null, NaN, infinities) are gone. */
export type Column = number[] | string[]

export const cases = file.cases as unknown as GoldenCase[]

const FLOATS = new Set<unknown>(['NaN', 'Infinity', '-Infinity'])

/** The two columns of a case; `undefined` where a side is given as counts or weights over bins. */
export function columnsOf({
  reference,
  current,
}: GoldenCase): { reference: Column; current: Column } | undefined {
  const sides = [reference, current].map(cellsOf)
  const [b, c] = sides
  if (!b || !c) return undefined
  const categorical = [...b, ...c].some((cell) => typeof cell === 'string' && !FLOATS.has(cell))
  return { reference: column(b, categorical), current: column(c, categorical) }
}

function cellsOf(side: Cell[] | Side): Cell[] | undefined {
  if (Array.isArray(side)) return side
  if (side.value_counts) return side.value_counts.flatMap(([value, count]) => Array<Cell>(count).fill(value))
  if (side.linspace) {
    const { start, stop, num, shift } = side.linspace
    return Array.from({ length: num }, (_, i) => start + (i * (stop - start)) / (num - 1) + shift)
  }
  return side.values
}

function column(cells: Cell[], categorical: boolean): Column {
  const present = cells.filter((cell) => cell !== null)
  return categorical ? present.map(String) : present.map(Number).filter(Number.isFinite)
}

/** A number of the file: NaN and infinities are spelled out, as JSON has none. */
export function numberOf(encoded: unknown): number {
  if (typeof encoded === 'number') return encoded
  if (FLOATS.has(encoded)) return Number(encoded)
  throw new Error(`not a number: ${JSON.stringify(encoded)}`)
}

/** The series that a change-point detector is given. */
export function streamOf({ id, current }: GoldenCase): number[] {
  const { digits, repeat, values } = (current as { stream?: Stream }).stream ?? {}
  if (digits !== undefined) return [...digits].map(Number)
  if (repeat) return repeat.flatMap(([value, times]) => Array<number>(times).fill(value))
  if (values) return values.map(numberOf)
  throw new Error(`no stream in ${id}`)
}

/** What a side has besides columns: scores, labels, counts of rows. */
export function fieldsOf<Fields>(side: Cell[] | Side): Fields {
  if (Array.isArray(side)) throw new Error('a column where fields belong')
  return side as Fields
}
