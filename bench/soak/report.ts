import { markdownTable } from '../markdown-table.ts'
import { PAGES, type PageTimes, type Size } from './samples.ts'

/** What was seen between two audits. */
export interface Seen {
  /** Resident memory after each step, bytes. */
  resident: number[]
  /** Seconds of each tick. */
  ticks: number[]
  pages: PageTimes[]
  size: Size
  /** Sums from the start: results of checks, rows deleted because of their age, alerts that fired, messages about them. */
  results: number
  deleted: number
  alerts: number
  messages: number
  /** Windows that the service still had to make up for after a tick, the most at a time. */
  missed: number
  /** Predictions that are stored, after retention. */
  stored: number
}

const number = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
}

const both = (values: readonly number[], digits = 0) =>
  `${number(quantile(values, 0.5), digits)}, ${number(quantile(values, 0.95), digits)}`

const ROWS: readonly [string, (seen: Seen) => string][] = [
  ['predictions stored, million', ({ stored }) => number(stored / 1e6, 2)],
  ['resident memory at most, MB', ({ resident }) => number(Math.max(...resident) / 1e6)],
  ['resident memory at the median, MB', ({ resident }) => number(quantile(resident, 0.5) / 1e6)],
  ['data directory, MB', ({ size }) => number(size.disk / 1e6)],
  ['active parts', ({ size }) => number(size.parts)],
  ['tick, s: median, 95th percentile', ({ ticks }) => both(ticks, 2)],
  ...PAGES.map(
    (page) =>
      [`${page}, ms: median, 95th percentile`, ({ pages }: Seen) => both(pages.map((one) => one[page]))] as [
        string,
        (seen: Seen) => string,
      ],
  ),
  ['results of checks so far', ({ results }) => number(results)],
  ['alerts that fired so far', ({ alerts }) => number(alerts)],
  ['messages about alerts so far', ({ messages }) => number(messages)],
  ['rows deleted for their age so far', ({ deleted }) => number(deleted)],
  ['missed windows left after a tick, at most', ({ missed }) => number(missed)],
]

/** What was seen, in one line. */
export const listed = (seen: Seen) => ROWS.map(([name, cell]) => `${name} ${cell(seen)}`).join('; ')

/** A Markdown table with a column for each part of the run. */
export function soakTable(parts: readonly { name: string; seen: Seen }[]): string {
  const rows = [
    ['', ...parts.map(({ name }) => name)],
    ...ROWS.map(([name, cell]) => [name, ...parts.map(({ seen }) => cell(seen))]),
  ]
  return markdownTable(rows)
}

const BARS = '▁▂▃▄▅▆▇█'

/** Values as bars from 0 to the largest of them. */
export function curve(values: readonly number[]): string {
  const most = Math.max(...values)
  return values.map((value) => BARS[Math.round((value / most) * (BARS.length - 1))]).join('')
}
