import { median, rate, share, type Estimate } from '../intervals.ts'
import { EVALUATIONS } from '../stationary.ts'
import type { Found, Tally } from './tally.ts'

/** A table of what each rule did in streams that do not change; shorter ones count as a part of 90 days. */
export function steadyRows(name: string, results: ReadonlyMap<string, readonly Tally[]>): string {
  const rows = [...results].map(([rule, runs]) => [
    rule,
    `${runs.length} × ${Math.round(runs[0].evaluations / 24)} days`,
    interval(scaled(rate(runs.map(({ alerts }) => alerts)), EVALUATIONS / runs[0].evaluations), 2),
    percent(mean(runs.map(({ inAlert }) => inAlert))),
    percent(mean(runs.map(({ drifted }) => drifted))),
    String(Math.max(...runs.map(({ mostAtOnce }) => mostAtOnce))),
  ])
  return table(
    [name, 'runs', 'false alerts', 'time in alert', 'windows that drift', 'most columns at once'],
    rows,
  )
}

/** A table of when each rule found changes. */
export function changeRows(name: string, results: ReadonlyMap<string, readonly Found[]>): string {
  const rows = [...results].map(([rule, changes]) => {
    const within = (hours: number) =>
      interval(share(changes.filter(({ delay }) => delay <= hours).length, changes.length), 2)
    const middle = median(changes.map(({ delay }) => delay))
    return [
      rule,
      String(changes.length),
      within(24),
      within(48),
      middle === Infinity ? 'over 48 h' : `${middle} h`,
      percent(changes.filter(({ before }) => before).length / changes.length),
    ]
  })
  return table([name, 'changes', '24 h', '48 h', 'median', 'firing already'], rows)
}

const scaled = ({ value, low, high }: Estimate, by: number): Estimate => ({
  value: by * value,
  low: by * low,
  high: by * high,
})

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function interval({ value, low, high }: Estimate, digits: number): string {
  return `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)}%`
}
