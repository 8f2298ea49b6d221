import { formatSigned, truncate } from '../format.ts'
import { plural } from '../summary.ts'
import { tableColumn, type Table } from '../table.ts'
import type { LossBinsData, LossSplitData } from './data.ts'

/** `Change of the log loss, +0.12, over 5 columns: most of all distance, rows moved +0.03, relation changed +0.09.` */
export function lossSplitSummary({ loss, change, columns }: LossSplitData): string {
  const what = `Change of the ${loss}, ${formatSigned(change)}, over ${plural(columns.length, 'column')}`
  const [first] = columns
  if (first === undefined) return `${what}.`
  return `${what}: first ${truncate(first.name)}, rows moved ${formatSigned(first.shift)}, relation changed ${formatSigned(first.concept)}.`
}

export function lossSplitTable({ columns }: LossSplitData): Table {
  return {
    columns: [
      tableColumn('Column'),
      tableColumn('Rows moved', 'signed'),
      tableColumn('Relation changed', 'signed'),
      tableColumn('Explains', 'share'),
    ],
    rows: columns.map(({ name, shift, concept, explains }) => [name, shift, concept, Math.min(1, explains)]),
  }
}

/** `Contributions to the change of the log loss by distance, over 12 bins: most of all [500, 900), +0.07.` */
export function lossBinsSummary({ loss, column, bins }: LossBinsData): string {
  const what = `Contributions to the change of the ${loss} by ${truncate(column)}, over ${plural(bins.length, 'bin')}`
  if (bins.length === 0) return `${what}.`
  const most = bins.reduce((a, b) => (size(b) > size(a) ? b : a))
  return `${what}: most of all ${truncate(most.label)}, ${formatSigned(most.shift + most.concept)}.`
}

export function lossBinsTable({ loss, bins }: LossBinsData): Table {
  return {
    columns: [
      tableColumn('Bin'),
      tableColumn('Share, baseline', 'share'),
      tableColumn('Share, window', 'share'),
      tableColumn(`${capital(loss)}, baseline`, 'number'),
      tableColumn(`${capital(loss)}, window`, 'number'),
      tableColumn('Rows moved', 'signed'),
      tableColumn('Relation changed', 'signed'),
      tableColumn('Beyond chance'),
    ],
    rows: bins.map(({ label, share, mean, shift, concept, named }) => [
      label,
      share.baseline,
      share.window,
      mean.baseline,
      mean.window,
      shift,
      concept,
      named ? 'yes' : 'no',
    ]),
  }
}

const size = ({ shift, concept }: { shift: number; concept: number }) => Math.abs(shift + concept)

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
