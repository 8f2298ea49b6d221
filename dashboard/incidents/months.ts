import type { Answer } from '../queries/answer.ts'

type Summary = Answer<'getIncidentSummary'>
type VerdictCounts = Summary['total']

/** A monitor with what its alerts turned out to be in the shown time. */
export interface MonitorRow {
  monitor: string
  model: string
  declared: boolean
  counts: VerdictCounts
}

/** Monitors that alerted in a month, or in all of them, those with the most false alarms first. */
export function countsOf({ monitors }: Summary, month: string | undefined): MonitorRow[] {
  return monitors
    .flatMap(({ monitor, model, declared, total, months }) => {
      const counts = month === undefined ? total : months.find((one) => one.month === month)
      return counts === undefined || counts.alerts === 0 ? [] : [{ monitor, model, declared, counts }]
    })
    .toSorted((a, b) => b.counts.false_alarm - a.counts.false_alarm || b.counts.alerts - a.counts.alerts)
}

export type Tally = Pick<
  VerdictCounts,
  'alerts' | 'true_drift' | 'data_fault' | 'false_alarm' | 'other' | 'not_judged'
>
const KEYS = ['alerts', 'true_drift', 'data_fault', 'false_alarm', 'other', 'not_judged'] as const

/** All monitors together in a month. */
export function monthTotal({ monitors }: Summary, month: string): Tally {
  const of = monitors.flatMap(({ months }) => months.filter((one) => one.month === month))
  return Object.fromEntries(KEYS.map((key) => [key, of.reduce((sum, one) => sum + one[key], 0)])) as Tally
}

/** A month so many months away, `2026-01` as it is written. */
export function monthsAway(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by)).toISOString().slice(0, 7)
}

const name = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' })

/** `2026-01` as `Jan 2026`. */
export const monthName = (month: string): string => name.format(new Date(`${month}-01T00:00:00Z`))
