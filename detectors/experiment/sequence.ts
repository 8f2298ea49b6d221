import { HOUR_MS, WEEK_MS } from '../../domain/time.ts'
import type { ExperimentState } from '../../domain/experiment.ts'
import { boundary } from './boundary.ts'
import type { ExperimentHours, ExperimentRule, HourSums, SequencePoint } from './experiment.ts'
import { RunningDifference, type Difference } from './running-difference.ts'

export interface Sequence {
  points: SequencePoint[]
  /** Rows at which the interval is narrowest, as declared or as set at the first look. Store it, and hand it in again. */
  planRows: number | undefined
}

/**
 * The confidence sequence, hour by hour. Pure.
 *
 * The first look is that at which both sides have `minRows` rows and `minHours` hours. The rows of a week are estimated
 * from the traffic up to then, and never again: an interval that is tuned anew at each look is the narrowest one for it,
 * and all of them together are wrong far more often than alpha. The traffic says nothing of which version is better, so
 * it may be looked at.
 */
export function experimentSequence(hours: ExperimentHours, rule: ExperimentRule): Sequence {
  const running = new RunningDifference(hours.design)
  const points: SequencePoint[] = []
  let { planRows } = rule
  let state: ExperimentState = 'undecided'
  let first: number | undefined
  for (const [hour, challenger, champion] of inOrder(hours, rule.end)) {
    first ??= hour
    const found = running.add(hour, challenger, champion)
    const isLook = found.leastRows >= rule.minRows && found.evenHours >= rule.minHours
    if (isLook) planRows ??= (found.rows / (hour + HOUR_MS - first)) * WEEK_MS
    const interval = isLook && planRows !== undefined ? intervalOf(found, planRows, rule.alpha) : undefined
    if (interval !== undefined && state === 'undecided') state = stateOf(interval, rule.margin)
    const { standardError: _, ...known } = found
    points.push({
      hour,
      ...known,
      lower: interval?.lower ?? null,
      upper: interval?.upper ?? null,
      state,
    })
  }
  return { points, planRows }
}

interface Interval {
  lower: number
  upper: number
}

/** None where nothing varied: from equal values, no spread can be estimated, and rare ones may be yet to come. */
function intervalOf(
  { difference, standardError, rows }: Difference,
  planRows: number,
  alpha: number,
): Interval | undefined {
  if (standardError === 0) return undefined
  const half = standardError * boundary(rows, planRows, alpha)
  return { lower: difference - half, upper: difference + half }
}

/** A difference that is certain, but certainly within the margin, does not matter. */
function stateOf({ lower, upper }: Interval, margin: number | undefined): ExperimentState {
  if (margin !== undefined && lower >= -margin && upper <= margin) return 'equivalent'
  if (lower > 0) return 'champion_better'
  return upper < 0 ? 'challenger_better' : 'undecided'
}

type Entry = [hour: number, challenger: HourSums, champion: HourSums | undefined]

/**
 * Hours with rows before the end, in order of time; pairs stand in the challenger's place. Hours in which only one version
 * has rows are left out: it would be judged by hours that the other one has not seen.
 */
export function inOrder(hours: ExperimentHours, end = Infinity): Entry[] {
  const isPaired = hours.design === 'paired'
  const champion = byHour(isPaired ? [] : hours.champion)
  return [...byHour(isPaired ? hours.differences : hours.challenger)]
    .filter(([hour]) => hour < end && (isPaired || champion.has(hour)))
    .sort(([a], [b]) => a - b)
    .map(([hour, challenger]) => [hour, challenger, champion.get(hour)])
}

function byHour(side: readonly HourSums[]): Map<number, HourSums> {
  const sums = new Map<number, HourSums>()
  for (const one of side) {
    const { hour, n, sum, squares } = one
    if (![hour, n, sum, squares].every(Number.isFinite) || n < 0 || squares < 0)
      throw new RangeError(`the sums of the hour ${hour} are no sums: ${JSON.stringify(one)}`)
    if (sums.has(hour)) throw new RangeError(`the hour ${new Date(hour).toISOString()} is there twice`)
    if (n > 0) sums.set(hour, one)
  }
  return sums
}
