import {
  cellValues,
  LOWEST_EDGE,
  type CategoricalBinning,
  type ColumnProfile,
  type NumericBinning,
} from '../../store/profiles/binning.ts'
import type { ColumnInput } from './column-input.ts'

/** What a group of cells stands for. A category that is spelled "missing" is a `category`, never `missing`. */
export type GroupLabel =
  | { kind: 'missing' }
  | { kind: 'other' }
  | { kind: 'unseen' }
  | { kind: 'category'; value: string }
  | { kind: 'value'; value: number }
  /** `[from, to)`; without `from` open below, without `to` open above. Values in it that are groups of their own are `except`. */
  | { kind: 'range'; from?: number; to?: number; except?: readonly number[] }

/** Rows of both sides over the same groups; the three arrays are of one length. */
export interface GroupCounts {
  labels: readonly GroupLabel[]
  baseline: readonly number[]
  window: readonly number[]
}

/**
 * The counts of a column over PSI's bins. Numeric: one bin a baseline value plus other, or a bin an atom and the ranges
 * between edges, the outer two open, for the other rows; categorical: one bin a category the baseline holds, plus other
 * (when the list of categories was cut) or unseen (every category without a baseline row). Both: missing comes last.
 * Groups that are empty on both sides stay in the result; the statistics leave them out.
 */
export function groupCounts({ binning, baseline, window }: ColumnInput): GroupCounts {
  const { labels, groupOf } = groupingOf(binning, baseline)
  const sum = (counts: readonly number[]) => {
    const sums = new Array<number>(labels.length).fill(0)
    groupOf.forEach((group, slot) => (sums[group] += counts[slot] ?? 0))
    return sums
  }
  return { labels, baseline: sum(baseline.counts), window: sum(window.counts) }
}

/** The slots whose values the groups of the baseline do not tell apart: other and unseen ones. */
export function slotsOutside({ binning, baseline }: Omit<ColumnInput, 'window'>): number[] {
  const { labels, groupOf } = groupingOf(binning, baseline)
  return groupOf.flatMap((group, slot) =>
    labels[group].kind === 'other' || labels[group].kind === 'unseen' ? [slot] : [],
  )
}

/** The slots whose values one group holds, by its index among the labels of {@link groupCounts}. */
export function slotsOfGroup({ binning, baseline }: Omit<ColumnInput, 'window'>, wanted: number): number[] {
  const { groupOf } = groupingOf(binning, baseline)
  return groupOf.flatMap((group, slot) => (group === wanted ? [slot] : []))
}

/** Labels, and for every slot of a count array the index of its label. */
interface Grouping {
  labels: readonly GroupLabel[]
  groupOf: readonly number[]
}

function groupingOf(binning: ColumnInput['binning'], baseline: ColumnProfile): Grouping {
  return binning.kind === 'numeric' ? numericGroups(binning) : categoricalGroups(binning, baseline)
}

function numericGroups(binning: NumericBinning): Grouping {
  const { groups } = binning
  const labels: GroupLabel[] =
    groups.by === 'value'
      ? [...groups.values.map((value) => ({ kind: 'value' as const, value })), { kind: 'other' }]
      : rangesAndAtoms(groups.edges, groups.atoms ?? [])
  const indexOf = new Map(labels.flatMap((label, i) => (label.kind === 'value' ? [[label.value, i]] : [])))
  const ranges = labels.flatMap((label, i) =>
    label.kind === 'range' ? [{ to: label.to ?? Infinity, i }] : [],
  )
  const values = cellValues(binning)
  let range = 0
  const groupOf = binning.edges.map((edge, cell) => {
    const value = values[cell]
    const own = value === undefined ? undefined : indexOf.get(value)
    if (own !== undefined) return own
    if (groups.by === 'value') return groups.values.length
    while ((value ?? edge) >= ranges[range].to) range++
    return ranges[range].i
  })
  return { labels: [...labels, { kind: 'missing' }], groupOf: [labels.length, ...groupOf] }
}

/** Ascending; an atom stands before the range that spans it. */
function rangesAndAtoms(edges: readonly number[], atoms: readonly number[]): GroupLabel[] {
  const bounds = edges.filter((edge) => edge > LOWEST_EDGE)
  return [...bounds, undefined].flatMap((to, i) => {
    const from = bounds[i - 1]
    const within = atoms.filter((atom) => atom >= (from ?? -Infinity) && atom < (to ?? Infinity))
    return [...within.map((value) => ({ kind: 'value' as const, value })), range(from, to, within)]
  })
}

function range(from: number | undefined, to: number | undefined, except: readonly number[]): GroupLabel {
  return {
    kind: 'range',
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(except.length > 0 && { except }),
  }
}

function categoricalGroups({ categories, truncated }: CategoricalBinning, baseline: ColumnProfile): Grouping {
  const known = categories.flatMap((value, i) => (baseline.counts[i + 1] > 0 ? [{ value, slot: i + 1 }] : []))
  const labels: GroupLabel[] = known.map(({ value }) => ({ kind: 'category', value }))
  labels.push({ kind: 'other' }, { kind: 'unseen' }, { kind: 'missing' })
  const [other, unseen, missing] = [known.length, known.length + 1, known.length + 2]
  const groupOf = new Array<number>(categories.length + 2).fill(unseen)
  groupOf[0] = missing
  known.forEach(({ slot }, group) => (groupOf[slot] = group))
  groupOf[categories.length + 1] = truncated ? other : unseen
  return { labels, groupOf }
}

/** The label as people read it; text that could be taken for one of the special groups comes in quotes. */
export function formatGroupLabel(label: GroupLabel): string {
  if (label.kind === 'value') return formatNumber(label.value)
  if (label.kind === 'category') return isPlain(label.value) ? label.value : JSON.stringify(label.value)
  if (label.kind !== 'range') return label.kind
  const { except = [] } = label
  return except.length === 0
    ? formatRange(label)
    : `${formatRange(label)} other than ${except.map(formatNumber).join(', ')}`
}

function formatRange({ from, to }: Extract<GroupLabel, { kind: 'range' }>): string {
  if (from !== undefined && to !== undefined) return `[${formatNumber(from)}, ${formatNumber(to)})`
  if (to !== undefined) return `< ${formatNumber(to)}`
  return from === undefined ? 'any value' : `≥ ${formatNumber(from)}`
}

function isPlain(text: string): boolean {
  return text.trim() !== '' && !['missing', 'other', 'unseen'].includes(text)
}

/** Six significant digits: a decile edge is an interpolated double, whose 17 digits say nothing to people. */
export function formatNumber(x: number): string {
  return Number.isInteger(x) && Math.abs(x) < 1e15 ? String(x) : String(Number(x.toPrecision(6)))
}
