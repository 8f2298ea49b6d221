import { HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { back } from '../../domain/calendar/calendar.ts'
import type { HourSpan } from '../../store/profiles/hour-spans.ts'
import { offsetAt, toWall } from '../../domain/calendar/local-time.ts'
import type { MonitorBaseline } from '../../control/declared/monitor-baseline.ts'

/**
 * The hours that a window is compared with; undefined where that is a stored baseline. Those of a rolling or seasonal
 * baseline come before the window, none of them its own. Seasonal are the hours before the window that clocks of the
 * zone show as an hour of the week of it: of a window of a week or more all of them. Nothing lies before 1970.
 */
export function baselineHours(
  baseline: MonitorBaseline,
  { from, to }: HourSpan,
  zone: string,
): HourSpan[] | undefined {
  if (baseline === 'training' || baseline.data !== undefined) return undefined
  const { window, rolling, seasonal } = baseline
  if (window !== undefined) return [{ from: new Date(window.from), to: new Date(window.to) }]
  const [start, end] = [from.getTime(), to.getTime()]
  const isWeek = start <= back(WEEK_MS, end, zone)
  const length = isWeek ? (rolling ?? seasonal) : rolling
  if (length !== undefined) return since1970([{ from: back(length, start, zone), to: start }])
  const shifts = Array.from({ length: seasonal! / WEEK_MS }, (_, i) => seasonal! - i * WEEK_MS)
  return since1970(shifts.flatMap((shift) => sameHours(start, end, shift, zone)))
}

/** The hours of a window so many weeks earlier, by the clocks of the zone. */
function sameHours(start: number, end: number, shift: number, zone: string) {
  const offsets = [start, end, start - shift, end - shift].map((time) => offsetAt(time, zone))
  if (offsets.every((offset) => offset === offsets[0])) return [{ from: start - shift, to: end - shift }]
  const shown = new Set<number>()
  for (let hour = start; hour < end; hour += HOUR_MS) shown.add(hourShown(hour, zone) - shift / HOUR_MS)
  // Clocks are changed by an hour as a rule, and by no more than a day.
  const spans: { from: number; to: number }[] = []
  for (let hour = start - shift - DAY_MS; hour < Math.min(end - shift + DAY_MS, start); hour += HOUR_MS) {
    if (!shown.has(hourShown(hour, zone))) continue
    const last = spans.at(-1)
    if (last?.to === hour) last.to += HOUR_MS
    else spans.push({ from: hour, to: hour + HOUR_MS })
  }
  return spans
}

const hourShown = (time: number, zone: string) => Math.floor(toWall(time, zone) / HOUR_MS)

/** The version whose rows of these hours a slice is compared with; undefined where it is those of all. */
export function comparedVersion(
  { version, own_version }: Exclude<MonitorBaseline, 'training'>,
  slice: string,
): string | undefined {
  return own_version === true && slice !== '' ? slice : version
}

function since1970(spans: readonly { from: number; to: number }[]): HourSpan[] {
  return spans
    .filter(({ to }) => to > 0)
    .map(({ from, to }) => ({ from: new Date(Math.max(from, 0)), to: new Date(to) }))
}
