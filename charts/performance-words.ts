import { HOUR_MS, DAY_MS } from '../domain/time.ts'
import { changeWords } from './changes.ts'
import type { PerformanceData } from './data.ts'
import { formatInstant, formatNumber, formatPercent, formatPeriod, truncate } from './format.ts'
import { plural, sentence } from './summary.ts'
import { tableColumn, type Table } from './table.ts'

/**
 * `Log loss from 1 to 30 Apr 2001: 0.38 to 0.57, last 0.41, baseline 0.49, 97% of labels received, 1 change
 * marked, last on 3 Apr 2001 13:00 UTC: Log loss +26.1%, worse (Page–Hinkley).`
 */
export function performanceSummary({ metric, points, baseline, changes }: PerformanceData): string {
  const what = truncate(metric)
  const [first, end] = [points[0], points[points.length - 1]]
  if (first === undefined) return `${what}: nothing in this period.`
  const where = `${what} from ${formatPeriod(first.time, end.time)}`
  const sum = (of: 'predictions' | 'labelled') => points.reduce((all, point) => all + point[of], 0)
  const predictions = sum('predictions')
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  const latest = changes.at(-1)
  const change =
    latest && `${plural(changes.length, 'change')} marked, the last at ${formatInstant(latest.time)}: ${changeWords(latest)}` // prettier-ignore
  const range =
    values.length === 0
      ? 'no labelled rows to compute it from'
      : `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}, last ${formatNumber(values.at(-1))}` // prettier-ignore
  return sentence(`${where}: ${range}`, [
    baseline !== null && `baseline ${formatNumber(baseline)}`,
    predictions > 0 && `${formatPercent(sum('labelled') / predictions)} of labels received`,
    change ?? 'no change marked',
  ])
}

export function performanceTable({ metric, points, changes, step }: PerformanceData): Table {
  const lasts = step === '1d' ? DAY_MS : HOUR_MS
  const within = (from: string) =>
    changes.filter(({ time }) => Date.parse(time) >= Date.parse(from) && Date.parse(time) < Date.parse(from) + lasts) // prettier-ignore
  return {
    columns: [
      tableColumn('From', 'time'),
      tableColumn(metric, 'number'),
      tableColumn('Low', 'number'),
      tableColumn('High', 'number'),
      tableColumn('Expected', 'number'),
      tableColumn('Predictions', 'count'),
      tableColumn('Labels received', 'count'),
      tableColumn('Labels complete'),
      tableColumn('Changes'),
    ],
    rows: points.map(({ time, value, low, high, estimate, predictions, labelled, mature }) => [
      time,
      value,
      low,
      high,
      estimate,
      predictions,
      labelled,
      mature === null ? '' : mature ? 'yes' : 'more may arrive',
      within(time).map(changeWords).join('; '),
    ]),
  }
}
