import { formatNumber } from '../../charts/format.ts'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { isBreach } from '../../domain/verdict.ts'
import { subjectOf } from '../../domain/words/wording.ts'
import type { Alert, Heatmap, ModelReport } from './data.ts'

/** `3 days 4 h`; whole hours, as windows are. */
export function durationWords(from: string, to: string): string {
  const hours = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / HOUR_MS))
  const days = Math.floor((hours * HOUR_MS) / DAY_MS)
  const rest = hours - days * 24
  const dayWords = days === 0 ? [] : [`${days} day${days === 1 ? '' : 's'}`]
  return [...dayWords, ...(rest > 0 || days === 0 ? [`${rest} h`] : [])].join(' ')
}

/** When an alert ended; undefined where it still fired at the end of the period. */
export function endOf({ status, last_at }: Alert, { to }: Pick<ModelReport, 'to'>): string | undefined {
  return status === 'resolved' && Date.parse(last_at) <= Date.parse(to) ? last_at : undefined
}

/** How long an alert fired up to the end of the period, in words. */
export function firedFor(alert: Alert, report: Pick<ModelReport, 'to'>): string {
  const end = endOf(alert, report)
  return `${durationWords(alert.first_at, end ?? report.to)}${end === undefined ? ', still firing' : ''}`
}

/** The period in a sentence: what fired, and how many columns drifted. */
export function headline(report: ModelReport): string {
  const { alerts } = report
  const firing = alerts.filter((alert) => endOf(alert, report) === undefined)
  const subjects = [...new Set(firing.map(({ kind }) => subjectOf(kind).toLowerCase()))]
  if (alerts.length === 0) return withoutAlerts(report)
  const fired = `${alerts.length} alert${alerts.length === 1 ? '' : 's'} fired`
  return firing.length === 0
    ? `${fired}, and ${alerts.length === 1 ? 'it is' : 'all are'} resolved.`
    : `${fired}, ${firing.length} still ${firing.length === 1 ? 'fires' : 'fire'}: ${subjects.join(', ')}.`
}

/** Columns can drift without an alert: for too short a time, or in windows that were evaluated afterwards. */
function withoutAlerts({ monitors, drift }: ModelReport): string {
  if (monitors.length === 0) return 'No monitor watches this model.'
  const moved = drift.flatMap(({ heatmap }) => (heatmap.status === 'ready' ? drifted(heatmap.data) : []))
  const columns = new Set(moved.map(({ column }) => column)).size
  if (columns === 0) return 'No alert fired.'
  return `No alert fired, but ${columns} column${columns === 1 ? '' : 's'} drifted.`
}

/** Members of a heatmap that reached a threshold in the period. */
export const drifted = ({ rows }: Heatmap) => rows.filter(({ verdicts }) => verdicts.some(isBreach))

/** A metric with its confidence interval: `0.41 (0.38 to 0.44)`. */
export function metricWords(metric: { value: number; low?: number; high?: number } | undefined): string {
  if (metric === undefined) return '–'
  const { value, low, high } = metric
  return low === undefined || high === undefined
    ? formatNumber(value)
    : `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`
}
