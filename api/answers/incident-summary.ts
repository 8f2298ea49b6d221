import type { JudgedAlert } from '../../control/incidents/incident-alerts.ts'
import { shareInterval } from '../../detectors/performance/interval.ts'
import type { IncidentVerdict } from '../../domain/incident.ts'

/** An alert that began, with what its incident says of it where it is in one. */
export type CountedAlert = Pick<JudgedAlert, 'monitor' | 'model' | 'firstAt'> &
  Partial<Pick<JudgedAlert, 'incident' | 'status' | 'verdict'>>

export interface VerdictCounts extends Record<IncidentVerdict, number> {
  alerts: number
  incidents: number
  not_judged: number
  precision: { value: number; low: number; high: number } | null
}

export interface MonitorSummary {
  monitor: string
  model: string
  total: VerdictCounts
  months: (VerdictCounts & { month: string })[]
}

/** Such as `2026-01`, in UTC. */
export const monthOf = (time: Date): string => time.toISOString().slice(0, 7)

/** The month in which `time` is and those before it, oldest first. */
export function lastMonths(time: Date, count: number): string[] {
  const first = time.getUTCMonth() - count + 1
  return Array.from({ length: count }, (_, i) =>
    monthOf(new Date(Date.UTC(time.getUTCFullYear(), first + i))),
  )
}

/** When the month after a month begins. */
export function endOfMonth(month: string): Date {
  const start = new Date(`${month}-01T00:00:00Z`)
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1))
}

/** What became of alerts. The verdict of an incident that is open, or was reopened, does not count yet. */
export function countVerdicts(alerts: readonly CountedAlert[]): VerdictCounts {
  const verdicts = alerts.map(({ status, verdict }) => (status === 'closed' ? (verdict ?? null) : null))
  const of = (wanted: IncidentVerdict | null) => verdicts.filter((verdict) => verdict === wanted).length
  const right = of('true_drift') + of('data_fault')
  const interval = shareInterval(right, right + of('false_alarm'))
  return {
    alerts: alerts.length,
    incidents: new Set(alerts.flatMap(({ incident }) => incident ?? [])).size,
    true_drift: of('true_drift'),
    data_fault: of('data_fault'),
    false_alarm: of('false_alarm'),
    other: of('other'),
    not_judged: of(null),
    precision:
      interval === undefined ? null : { value: interval.value, low: interval.low!, high: interval.high! },
  }
}

/** The same of each monitor, and within it of each month; those with the most false alarms first. */
export function summarizeMonitors(
  alerts: readonly CountedAlert[],
  months: readonly string[],
): MonitorSummary[] {
  return [...new Set(alerts.map(({ monitor }) => monitor))]
    .map((monitor) => {
      const own = alerts.filter((alert) => alert.monitor === monitor)
      return {
        monitor,
        model: own[own.length - 1].model,
        total: countVerdicts(own),
        months: months.map((month) => ({
          month,
          ...countVerdicts(own.filter(({ firstAt }) => monthOf(firstAt) === month)),
        })),
      }
    })
    .sort(
      (a, b) =>
        b.total.false_alarm - a.total.false_alarm ||
        b.total.alerts - a.total.alerts ||
        (a.monitor < b.monitor ? -1 : 1),
    )
}
