import type { HourSpan } from '../store/hour-spans.ts'
import type { MonitorBaseline } from '../store/monitor-baseline.ts'

const WEEK_MS = 7 * 86_400_000

/**
 * The hours that a window is compared with; undefined where that is a stored baseline. Those of a rolling or seasonal
 * baseline come before the window, none of them its own. Seasonal are the hours before the window whose hour of the week occurs in it: of a window of a week or
 * more all of them. Nothing lies before 1970.
 */
export function baselineHours(baseline: MonitorBaseline, { from, to }: HourSpan): HourSpan[] | undefined {
  if (baseline === 'training' || baseline.data !== undefined) return undefined
  const { window, rolling, seasonal } = baseline
  if (window !== undefined) return [{ from: new Date(window.from), to: new Date(window.to) }]
  if (rolling !== undefined) return since1970([span(from.getTime() - rolling, from.getTime())])
  const weeks = seasonal! / WEEK_MS
  if (to.getTime() - from.getTime() >= WEEK_MS)
    return since1970([span(from.getTime() - seasonal!, from.getTime())])
  const shifts = Array.from({ length: weeks }, (_, i) => (weeks - i) * WEEK_MS)
  return since1970(shifts.map((shift) => span(from.getTime() - shift, to.getTime() - shift)))
}

/** The version whose rows of these hours a slice is compared with; undefined where it is those of all. */
export function comparedVersion(
  { version, own_version }: Exclude<MonitorBaseline, 'training'>,
  slice: string,
): string | undefined {
  return own_version === true && slice !== '' ? slice : version
}

const span = (from: number, to: number) => ({ from, to })

function since1970(spans: readonly { from: number; to: number }[]): HourSpan[] {
  return spans
    .filter(({ to }) => to > 0)
    .map(({ from, to }) => ({ from: new Date(Math.max(from, 0)), to: new Date(to) }))
}
