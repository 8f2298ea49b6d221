import type { Delays } from './detection.ts'
import { median, rate, share, type Estimate } from './intervals.ts'
import { PLAIN_RULES } from './plain-rules.ts'
import { EVALUATIONS, type StationaryRun } from './stationary.ts'

/** One line on a cell of stationary data. */
export function stationaryLine(name: string, runs: readonly StationaryRun[]): string {
  const alerts = interval(rate(runs.map((run) => run.alerts)), 2)
  const withPlain = runs.filter(({ plain }) => plain.length > 0)
  const plain = PLAIN_RULES.map((rule, i) => {
    const inAlert =
      withPlain.reduce((sum, run) => sum + run.plain[i].inAlert, 0) / (withPlain.length * EVALUATIONS)
    const times = withPlain.reduce((sum, run) => sum + run.plain[i].alerts, 0) / withPlain.length
    return `${rule}: ${times.toFixed(0)}, ${(100 * inAlert).toFixed(0)}%`
  })
  const undecided = runs.reduce((sum, run) => sum + run.undecided, 0)
  const note = undecided > 0 ? ` (${undecided} verdicts undecided)` : ''
  return `${name}: ${alerts} false alerts in 90 days${note}${withPlain.length > 0 ? ` | ${plain.join(' | ')}` : ''}`
}

/** One line on a change of one size. */
export function detectionLine(name: string, delays: readonly Delays[]): string {
  const found = (hours: number) =>
    interval(share(delays.filter(({ rule }) => rule <= hours).length, delays.length), 3)
  const plain = PLAIN_RULES.map((rule, i) => {
    const own = delays.map((one) => one.plain[i])
    const within = own.filter((delay) => delay <= 48).length / own.length
    return `${rule}: ${within.toFixed(2)}, ${hours(median(own))}`
  })
  return `${name}: 24 h ${found(24)}, 48 h ${found(48)}, median ${hours(median(delays.map(({ rule }) => rule)))} | ${plain.join(' | ')}`
}

function interval({ value, low, high }: Estimate, digits: number): string {
  return `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`
}

function hours(delay: number): string {
  return delay === Infinity ? 'not found' : `${delay} h`
}
