import type { Severity } from '../../domain/severity.ts'
import { isBreach } from '../../domain/verdict.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { WeeklyCounts } from '../../store/profiles/weekly-counts.ts'
import { explain } from './explain.ts'
import { judgeColumn, type VerdictRule } from './judge.ts'

/** Hours of a week. */
export const WEEK_HOURS = 168
/** Windows are tried at so many places within their own length. */
const PLACES = 4

/** How far a column strays within one week. */
export interface WeeklyVariation {
  severity: Severity
  effect: number
  /** Why the window of the week that strays most would be a breach. */
  explanation: string
}

/**
 * Whether windows that lie differently in the week are a breach against the whole of the very rows they are part of:
 * then a column drifts for ever by the calendar alone, unless it is compared with the same hours of the week.
 * @param weekly counts over the column's bins by hour of the week, all weeks together; an hour without rows is absent
 * @param windowHours length of the monitor's window; one of a week or more holds every hour
 * @returns the window that strays most; undefined where none is a breach
 */
export function weeklyVariation(
  { binning, profile }: Pick<BaselineColumn, 'binning' | 'profile'>,
  weekly: WeeklyCounts,
  windowHours: number,
  rule: VerdictRule,
): WeeklyVariation | undefined {
  if (windowHours >= WEEK_HOURS) return undefined
  const slots = profile.counts.length
  const sumOf = (hours: readonly number[]) => {
    const counts = new Array<number>(slots).fill(0)
    for (const hour of hours) weekly.get(hour % WEEK_HOURS)?.forEach((count, slot) => (counts[slot] += count))
    return { counts, sums: [], squares: 0 }
  }
  const baseline = sumOf([...weekly.keys()])
  let worst: WeeklyVariation | undefined
  for (let start = 0; start < WEEK_HOURS; start += Math.max(1, Math.floor(windowHours / PLACES))) {
    const window = sumOf(Array.from({ length: windowHours }, (_, i) => start + i))
    const input = { binning, baseline, window }
    const judgement = judgeColumn(input, rule)
    const { verdict: severity, effect = 0 } = judgement
    if (!isBreach(severity)) continue
    if (worst !== undefined && !isWorse({ severity, effect }, worst)) continue
    worst = { severity, effect, explanation: explain(judgement, input, rule) }
  }
  return worst
}

type Weight = Pick<WeeklyVariation, 'severity' | 'effect'>

function isWorse(a: Weight, b: Weight): boolean {
  return a.severity === b.severity ? a.effect > b.effect : a.severity === 'critical'
}
