import { DAY_MS } from './time.ts'
import { back, type CalendarLength } from './calendar/calendar.ts'

/** A window that does not give a verdict is extended backwards up to this length. */
const MAX_WINDOW_MS = 30 * DAY_MS

/** What says where a monitor's windows begin. */
export interface Windowing {
  window: CalendarLength
  timezone: string
}

/** Where the window that ends at `end` begins. */
export function windowStart({ window, timezone }: Windowing, end: Date): Date {
  return new Date(back(window, end.getTime(), timezone))
}

/** The starts of the window that ends at `end` and of those that it is extended to, each twice as long, up to 30 days. */
export function windowStarts({ window, timezone }: Windowing, end: Date): Date[] {
  const starts = [windowStart({ window, timezone }, end)]
  if (window === 'month') return starts
  for (let length = window; length < MAX_WINDOW_MS;) {
    length = Math.min(length * 2, MAX_WINDOW_MS)
    starts.push(windowStart({ window: length, timezone }, end))
  }
  return starts
}

/** About how long it is, milliseconds: a month counts as 30 days. */
export function usualLength(length: CalendarLength): number {
  return length === 'month' ? MAX_WINDOW_MS : length
}

/** The longest that a window of the monitor can be, milliseconds. */
export function longestWindow({ window, timezone }: Windowing): number {
  const longest = window === 'month' ? 31 * DAY_MS : window
  // Where clocks are put back a day is longer, and by more where a zone moves across the date line.
  return timezone === 'UTC' ? longest : longest + DAY_MS
}
