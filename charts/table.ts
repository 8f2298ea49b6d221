/** What each chart shows, as a table of values. They are raw: `rowText` writes them for people, charts/export for files. */
import { kindWords } from '../domain/drift-kind.ts'
import type { DistributionData, HeatmapData, SeriesData, ShareData, VolumeData } from './data.ts'
import { formatCount, formatInstant, formatNumber, formatPercent, formatSigned, plain } from './format.ts'
import { verdictWord } from './verdict.ts'

/** What the cells of a column are: an ISO 8601 time, a whole number, a number, one with its sign, or a share in [0, 1]. */
type CellKind = 'text' | 'time' | 'count' | 'number' | 'signed' | 'share'

export interface TableColumn {
  name: string
  is: CellKind
}

/** Texts and times are strings; `null` where there is no value. */
export type Cell = string | number | null

export interface Table {
  columns: TableColumn[]
  /** Each of the length of `columns`. */
  rows: Cell[][]
}

export const tableColumn = (name: string, is: CellKind = 'text'): TableColumn => ({ name, is })

const NUMBERS = {
  count: (value: number | null) => (value === null ? formatNumber(null) : formatCount(value)),
  number: formatNumber,
  signed: (value: number | null) => (value === null ? formatNumber(null) : formatSigned(value)),
  share: formatPercent,
}

/** A row as people read it. */
export const rowText = (row: readonly Cell[], columns: readonly TableColumn[]): string[] =>
  row.map((cell, i) => cellText(cell, columns[i]))

function cellText(cell: Cell, { is }: TableColumn): string {
  if (typeof cell === 'string') return is === 'time' ? formatInstant(cell) : plain(cell)
  return is === 'text' || is === 'time' ? '' : NUMBERS[is](cell)
}

export function seriesTable({ statistic, points }: SeriesData): Table {
  return {
    columns: [
      tableColumn('Window end', 'time'),
      tableColumn(statistic, 'number'),
      tableColumn('Noise floor', 'number'),
      tableColumn('Verdict'),
    ],
    rows: points.map(({ windowEnd, value, noiseFloor, verdict }) => [
      windowEnd,
      value,
      noiseFloor,
      verdictWord(verdict),
    ]),
  }
}

export function shareTable({ points }: ShareData): Table {
  return {
    columns: [
      tableColumn('Window end', 'time'),
      tableColumn('Features with a verdict', 'count'),
      tableColumn('Warning', 'count'),
      tableColumn('Critical', 'count'),
      tableColumn('Share drifted', 'share'),
    ],
    rows: points.map(({ windowEnd, columns, warning, critical }) => [
      windowEnd,
      columns,
      warning,
      critical,
      columns > 0 ? (warning + critical) / columns : null,
    ]),
  }
}

/** One row for each column and evaluated window, column by column. */
export function heatmapTable({ rows, windowEnds }: HeatmapData): Table {
  return {
    columns: [
      tableColumn('Column'),
      tableColumn('Kind'),
      tableColumn('Window end', 'time'),
      tableColumn('Statistic'),
      tableColumn('Effect', 'number'),
      tableColumn('Verdict'),
    ],
    rows: rows.flatMap(({ label, kind, statistic = 'effect', verdicts, effects }) =>
      windowEnds.flatMap((end, i) => {
        const verdict = verdicts[i] ?? null
        if (verdict === null) return []
        return [[label, kindWords(kind), end, statistic, effects[i] ?? null, verdictWord(verdict)]]
      }),
    ),
  }
}

/** Every bin, including those that the chart combines. */
/** With more bins than this, what changed would be hard to find in their own order. */
const MANY_BINS = 50

/** In the order of the bins; of many, those first that contribute most. */
export function distributionTable({ bins }: DistributionData): Table {
  const ordered =
    bins.length > MANY_BINS ? bins.toSorted((a, b) => (b.contribution ?? 0) - (a.contribution ?? 0)) : bins
  return {
    columns: [
      tableColumn('Bin'),
      tableColumn('Baseline', 'share'),
      tableColumn('Window', 'share'),
      tableColumn('Contribution to PSI', 'number'),
    ],
    rows: ordered.map(({ label, baselineShare, windowShare, contribution }) => [
      label,
      baselineShare,
      windowShare,
      contribution,
    ]),
  }
}

export function volumeTable({ points }: VolumeData): Table {
  return {
    columns: [
      tableColumn('From', 'time'),
      tableColumn('Predictions', 'count'),
      tableColumn('Labels', 'count'),
      tableColumn('Dead letters', 'count'),
    ],
    rows: points.map(({ time, predictions, labels, deadLetters }) => [
      time,
      predictions,
      labels,
      deadLetters,
    ]),
  }
}
