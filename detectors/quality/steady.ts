import type { ColumnBinning, ColumnProfile } from '../../store/profiles/binning.ts'
import { toWall } from '../../domain/calendar/local-time.ts'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { rowsOf, type ColumnInput } from '../verdict/column-input.ts'
import { allMissingProbability } from '../verdict/missing.ts'
import { constantPValue, oneValue } from './constant.ts'

/** A column that holds one value, or none at all, throughout a stretch of time that ends with the window. */
export interface Steady {
  finding: 'schema' | 'constant'
  /** Undefined for the whole window, where it is not counted in hours. */
  hours: number | undefined
  rows: number
}

export interface Stretch {
  hours: number
  profile: ColumnProfile
}

/** So many rows are looked at, whatever chance says. */
const LEAST_ROWS = 30

/**
 * The longest of the stretches throughout which a column is steady, although by the baseline it would vary or have
 * values. Whether that is a fault, {@link isUsuallySteady} says. Pure.
 */
export function steadyIn(
  column: ColumnInput,
  stretches: readonly Stretch[],
  alpha: number,
): (Steady & { hours: number }) | undefined {
  const whole = rowsOf(column.window)
  // Of what does not come at all, the window itself tells.
  if (whole.missing === whole.n) return undefined
  for (const { hours, profile } of stretches.toSorted((a, b) => b.hours - a.hours)) {
    const input = { ...column, window: profile }
    const { n, missing } = rowsOf(profile)
    if (n < LEAST_ROWS) continue
    if (missing === n && allMissingProbability(input) < alpha) return { finding: 'schema', hours, rows: n }
    if (constantPValue(input) < alpha) return { finding: 'constant', hours, rows: n - missing }
  }
  return undefined
}

/** How far back is looked for stretches like this one, and how much of it must have been recorded. */
export const STEADY_LOOKBACK_MS = 28 * DAY_MS
const LEAST_RECORDED_MS = 7 * DAY_MS

/**
 * Whether a column is steady for so long now and then, as the day of the week is within each day and daylight is at
 * night: it held another value for as long, or did twice before; or it has not changed as far back as is recorded.
 * `unknown` where less than a week is recorded. Pure.
 */
export function isUsuallySteady(
  past: readonly (ColumnProfile & { hour: number })[],
  { binning, end, hours, timezone }: { binning: ColumnBinning; end: number; hours: number; timezone: string },
): 'usual' | 'unusual' | 'unknown' {
  const first = past.at(0)?.hour
  if (first === undefined || end - first < LEAST_RECORDED_MS) return 'unknown'
  const shown = toWall(end, timezone)
  const length = lengthShown(end, hours, timezone)
  const stretches: ColumnProfile[] = []
  for (const { hour, ...profile } of past) {
    const i = Math.max(0, Math.floor((shown - 1 - toWall(hour, timezone)) / length))
    stretches[i] = stretches[i] === undefined ? profile : added(stretches[i], profile)
  }
  const [now, ...before] = stretches
    .filter((profile) => profile !== undefined)
    .map((profile) => heldIn(profile, binning))
  const changed = before.findIndex((held) => held !== now)
  if (changed === -1) return 'usual'
  const earlier = before.slice(changed)
  if (earlier.some((held) => held !== VARIED && held !== now)) return 'usual'
  const again = earlier.filter((held, i) => held === now && earlier[i - 1] !== now).length
  return again >= 2 ? 'usual' : 'unusual'
}

/** Of whole days what clocks show, as a day on which they change is one of the calendar as well. */
function lengthShown(end: number, hours: number, timezone: string): number {
  const length = toWall(end, timezone) - toWall(end - hours * HOUR_MS, timezone)
  return length > 0 && length % DAY_MS === 0 ? length : hours * HOUR_MS
}

const VARIED = 'varied'

/** The one value that a stretch holds, told apart from others, or that it holds none or several. */
function heldIn(profile: ColumnProfile, binning: ColumnBinning): string {
  const { n, missing } = rowsOf(profile)
  if (missing === n) return 'none'
  const value = oneValue({ binning, window: profile })
  return value === undefined ? VARIED : `one ${value}`
}

function added(a: ColumnProfile, b: ColumnProfile): ColumnProfile {
  const sum = (x: readonly number[], y: readonly number[]) =>
    Array.from({ length: Math.max(x.length, y.length) }, (_, i) => (x[i] ?? 0) + (y[i] ?? 0))
  return { counts: sum(a.counts, b.counts), sums: sum(a.sums, b.sums), squares: a.squares + b.squares }
}
