import type { LabelRateBin, LabelRatesData } from './data.ts'
import { truncate } from './format.ts'
import { rateText } from './label-rates.ts'
import { plural } from './summary.ts'
import { tableColumn, type Table } from './table.ts'

/**
 * `Share of late by score, over 9 bins: 3 changed individually, most of all [0.2, 0.3), from 21% in the baseline to 35%
 * in the window.`
 */
export function labelRatesSummary(data: LabelRatesData): string {
  const { what, column, bins } = data
  const where = `${capital(truncate(what))} by ${truncate(column)}, over ${plural(bins.length, 'bin')}`
  if (bins.length === 0) return `${where}: nothing could be compared.`
  const broken = bins.filter(({ broke }) => broke)
  const most = (broken.length > 0 ? broken : bins).reduce((a, b) => (change(b) > change(a) ? b : a))
  const counted = broken.length > 0 ? `${broken.length} changed individually` : 'none changed individually'
  return `${where}: ${counted}, most of all ${truncate(most.label)}, from ${rateText(data, most.baseline.value)} in the baseline to ${rateText(data, most.window.value)} in the window.`
}

export function labelRatesTable(data: LabelRatesData): Table {
  const side = (name: string, suffix: string) => [
    ...[name, `Low${suffix}`, `High${suffix}`].map((one) =>
      tableColumn(one, data.isShare ? 'share' : 'number'),
    ),
    tableColumn(`Rows${suffix}`, 'count'),
  ]
  return {
    // Columns of both sides have the same names: those of the window say so.
    columns: [
      tableColumn('Bin'),
      ...side('Baseline', ''),
      ...side('Window', ', window'),
      tableColumn('Changed'),
    ],
    rows: data.bins.map(({ label, baseline, window, baselineRows, windowRows, broke }) => [
      label,
      ...[baseline.value, baseline.low, baseline.high, baselineRows],
      ...[window.value, window.low, window.high, windowRows],
      broke ? 'yes' : 'no',
    ]),
  }
}

const change = ({ baseline, window }: LabelRateBin) => Math.abs(window.value - baseline.value)

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
