import { sum } from '../../domain/sum.ts'
import {
  cellValues,
  nextDouble,
  type CategoricalBinning,
  type ColumnProfile,
  type NumericBinning,
} from '../../store/profiles/binning.ts'
import { rowsOf } from '../verdict/column-input.ts'
import { formatGroupLabel, type GroupLabel } from '../verdict/groups.ts'
import { overNumericBins, type Counted } from './over-bins.ts'

export interface PreviewBin {
  label: string
  rows: number
}

/** What a baseline holds of a column, in short. */
export interface Preview {
  rows: number
  missing: number
  /** Numbers in ascending order; categories by their rows, the first ones only. */
  bins: PreviewBin[]
  /** Categories that are not among the bins; the rest of a list that was cut counts as one. */
  leftOut: number
  /** To seven significant digits; of numbers. */
  range?: { min: number; median: number; max: number }
}

const BARS = 20
/** Numbers with at most so many values have a bar for each. */
const MOST_VALUES = 40
const TOP_CATEGORIES = 10
/** Outermost shares that share the first and the last bar, so that one far value does not press all others together. */
const TAIL = 0.005

export function previewOf({ binning, profile }: Counted): Preview {
  const { n: rows, missing } = rowsOf(profile)
  const shown = binning.kind === 'numeric' ? ofNumbers(binning, profile) : ofCategories(binning, profile)
  return { rows, missing, ...shown }
}

function ofCategories({ categories }: CategoricalBinning, { counts }: ColumnProfile) {
  const listed = categories
    .map((value, i) => ({ label: formatGroupLabel({ kind: 'category', value }), rows: counts[i + 1] }))
    .filter((bin) => bin.rows > 0)
    .sort((a, b) => b.rows - a.rows)
  const rest = (counts.at(-1) ?? 0) > 0 ? 1 : 0
  return {
    bins: listed.slice(0, TOP_CATEGORIES),
    leftOut: Math.max(0, listed.length - TOP_CATEGORIES) + rest,
  }
}

function ofNumbers(binning: NumericBinning, profile: ColumnProfile): Omit<Preview, 'rows' | 'missing'> {
  const cells = occupied(binning, profile)
  if (cells.length === 0) return { bins: [], leftOut: 0 }
  const at = quantileOf(cells)
  const range = { min: digits(cells[0].from), median: digits(at(0.5)), max: digits(cells.at(-1)!.last) }
  const known = cells.every(({ value }) => value !== undefined)
  if (known && cells.length <= MOST_VALUES) {
    const bins = cells.map(({ value, rows }) => ({ label: label({ kind: 'value', value: value! }), rows }))
    return { bins, leftOut: 0, range }
  }
  const [low, high] = [at(TAIL), at(1 - TAIL)]
  const inner = Array.from({ length: BARS - 1 }, (_, i) => digits(low + ((i + 1) * (high - low)) / BARS))
  const cuts = [...new Set(inner)].filter((cut) => cut > range.min && Number.isFinite(cut))
  const edges = [binning.edges[0], ...cuts]
  const { window } = overNumericBins({ binning, profile }, { edges, centre: binning.centre })
  const bins = edges.map((from, i) => ({
    label: label({
      kind: 'range',
      ...(i > 0 && { from }),
      ...(i + 1 < edges.length && { to: edges[i + 1] }),
    }),
    rows: window.counts[i + 1],
  }))
  return { bins, leftOut: 0, range }
}

interface Cell {
  from: number
  /** The greatest value that it can hold. */
  last: number
  value: number | undefined
  rows: number
}

function occupied(binning: NumericBinning, { counts }: ColumnProfile): Cell[] {
  const values = cellValues(binning)
  return binning.edges.flatMap((edge, i) => {
    const rows = counts[i + 1] ?? 0
    if (rows === 0) return []
    const [value, until] = [values[i], binning.edges[i + 1] ?? Number.MAX_VALUE]
    // Edges lie where single precision rounds to another value: the value itself is on the inner side.
    const from = value ?? Math.fround(nextDouble(edge))
    return [{ from, last: value ?? Math.fround(-nextDouble(-until)), value, rows }]
  })
}

/** The value below which a share of rows lies, by linear interpolation within a cell. */
function quantileOf(cells: readonly Cell[]): (share: number) => number {
  const rows = sum(cells.map((cell) => cell.rows))
  return (share) => {
    let left = share * rows
    for (const cell of cells) {
      if (left <= cell.rows) return cell.from + (left / cell.rows) * (cell.last - cell.from)
      left -= cell.rows
    }
    return cells.at(-1)!.last
  }
}

const label = (group: GroupLabel) => formatGroupLabel(group)
const digits = (x: number) => Number(x.toPrecision(7))
