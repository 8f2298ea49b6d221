import type { LabelRateBin, LabelRatesData } from './data.ts'
import { formatCount, plain, truncate } from './format.ts'
import { rateText } from './label-rates.ts'
import { plural } from './summary.ts'
import type { Table } from './table.ts'

/**
 * `Share of late by score, over 9 bins: 3 changed individually, most of all [0.2, 0.3), from 21 % in the baseline to 35 %
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
  return {
    columns: ['Bin', 'Baseline', 'Low', 'High', 'Rows', 'Window', 'Low', 'High', 'Rows', 'Changed'].map(unique), // prettier-ignore
    rows: data.bins.map(({ label, baseline, window, baselineRows, windowRows, broke }) => [
      plain(label),
      ...[baseline.value, baseline.low, baseline.high].map((value) => rateText(data, value)),
      formatCount(baselineRows),
      ...[window.value, window.low, window.high].map((value) => rateText(data, value)),
      formatCount(windowRows),
      broke ? 'yes' : 'no',
    ]),
  }
}

/** Columns of both sides have the same names: those of the window say so. */
function unique(name: string, i: number, all: readonly string[]): string {
  return all.indexOf(name) === i ? name : `${name}, window`
}

const change = ({ baseline, window }: LabelRateBin) => Math.abs(window.value - baseline.value)

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
