import { formatDuration } from '../domain/duration.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts'

/** Clocks are never quite equal; only those further apart decide anything differently. */
const APART_MS = 2 * MINUTE_MS

/** What to tell users about a process whose clock differs from that of ClickHouse; undefined where it does not. */
export function clockWarning(process: Date, store: Date): string | undefined {
  const ahead = process.getTime() - store.getTime()
  if (Math.abs(ahead) <= APART_MS) return undefined
  const apart = rounded(Math.abs(ahead))
  return ahead > 0
    ? `The clock of this process is ${apart} ahead of ClickHouse's. Windows are evaluated by ClickHouse's clock; records may have times that are still to come. Synchronise the clocks.`
    : `The clock of this process is ${apart} behind ClickHouse's. Windows are evaluated late, and records more than an hour ahead of this clock are refused. Synchronise the clocks.`
}

function rounded(ms: number): string {
  const unit = ms < 2 * HOUR_MS ? MINUTE_MS : ms < 2 * DAY_MS ? HOUR_MS : DAY_MS
  return formatDuration(Math.round(ms / unit) * unit)
}

/** The time to evaluate at: no window ends in the future of either clock. */
export const earlier = (a: Date, b: Date): Date => (a < b ? a : b)
