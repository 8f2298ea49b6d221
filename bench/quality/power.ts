import { judgeColumnQuality } from '../../detectors/quality/judge-column.ts'
import { judgeDuplicates, judgeUnknownFeatures } from '../../detectors/quality/judge-model.ts'
import { judgeLabels } from '../../detectors/quality/labels-late.ts'
import { steadyIn } from '../../detectors/quality/steady.ts'
import { judgeVolume } from '../../detectors/quality/volume.ts'
import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import { DAY_MS, HOUR_MS, WEEK_MS } from '../../domain/time.ts'
import { profileOf } from '../false-alarms/columns.ts'
import { Multinomial, type Random } from '../false-alarms/random.ts'
import { BASELINE_ROWS } from '../false-alarms/stream.ts'
import { qualityColumns } from './columns.ts'
import { labelStream } from './labels.ts'
import { freshnessOf, HISTORY_DAYS, START, levelsOf } from './null-run.ts'
import { hourlyTraffic } from './traffic.ts'

/** The changed column is one of so many of its monitor. */
export const FEATURES = 50
const WINDOWS = 2

export interface PowerCell {
  name: string
  /** Whether the fault is found in the first two windows that are full of it. */
  isFound: (random: Random) => boolean
}

/** Shares of slots before and after a fault that has just reached its threshold of warning. */
interface Fault {
  name: string
  /** Of the five kinds of columns. */
  column: number
  change: (shares: number[]) => number[]
  /** Of all rows those whose value is unusable. */
  unusable?: number
}

const COLUMN_FAULTS: readonly Fault[] = [
  { name: 'invalid, 1 point', column: 0, change: missingMore(0.01), unusable: 0.01 },
  { name: 'missing, 5 points', column: 0, change: missingMore(0.05) },
  { name: 'missing, 5 points above 20%', column: 2, change: missingMore(0.05) },
  { name: 'range, 1 point', column: 0, change: lastMore(0.01) },
  { name: 'unseen, 2 points', column: 3, change: lastMore(0.02) },
  { name: 'constant', column: 0, change: (shares) => shares.map((_, slot) => (slot === 5 ? 1 : 0)) },
  { name: 'schema', column: 1, change: (shares) => shares.map((_, slot) => (slot === 0 ? 1 : 0)) },
]

export function powerCells(rows: number, spreads: readonly number[], perHour: number): PowerCell[] {
  const shares = (name: string, judge: (n: number, random: Random, alpha: number) => boolean) => ({
    name: `${name}, ${rows} rows`,
    isFound: (random: Random) => {
      const { alpha } = levels(random)
      return Array.from({ length: WINDOWS }).some(() => judge(rows, random, alpha))
    },
  })
  return [
    ...COLUMN_FAULTS.map((fault) =>
      shares(fault.name, (n, random, alpha) => isColumnFound(fault, n, random, alpha)),
    ),
    shares('undeclared features, 1 point', (n, random) => judgeUnknownFeatures(new Map([['new', random.binomial(n, 0.01)]]), n, []) !== undefined), // prettier-ignore
    shares('duplicates, 1 point', (n, random) => judgeDuplicates({ looked: n, reused: random.binomial(n, 0.01) }, DEFAULT_RULE.minRows) !== undefined), // prettier-ignore
    ...spreads.flatMap((spread) => trafficCells(spread, perHour)),
  ]
}

const levels = (random: Random) => levelsOf(qualityColumns(random, FEATURES))

function isColumnFound(
  { column: kind, change, unusable = 0 }: Fault,
  n: number,
  random: Random,
  alpha: number,
) {
  const column = qualityColumns(random, kind + 1)[kind]
  const before = [...column.law.shares]
  const draw = (shares: number[], rows: number) => {
    const counts = new Int32Array(shares.length)
    new Multinomial(shares).add(random, rows, counts)
    return profileOf(counts)
  }
  const sides = {
    binning: column.binning,
    baseline: draw(before, BASELINE_ROWS),
    window: draw(change(before), n),
  }
  const steady = steadyIn(sides, [{ hours: 24, profile: sides.window }], alpha)
  const invalid = { baseline: 0, window: random.binomial(n, unusable) }
  const rule = { alpha, minRows: DEFAULT_RULE.minRows }
  return judgeColumnQuality({ ...sides, name: 'x', invalid, isFeature: true, steady }, rule).length > 0
}

function missingMore(points: number) {
  return ([missing, ...rest]: number[]) => [missing + points, ...rest.map((share) => (share * (1 - missing - points)) / (1 - missing))] // prettier-ignore
}

/** More rows in the last slot: beyond the largest value of the baseline, or of categories that it does not have. */
function lastMore(points: number) {
  return (shares: number[]) => shares.map((share, i) => share * (1 - points) + (i === shares.length - 1 ? points : 0)) // prettier-ignore
}

function trafficCells(spread: number, perHour: number): PowerCell[] {
  const name = (what: string) => `${what}, ${perHour} rows an hour that vary by ${100 * spread}%`
  const days = HISTORY_DAYS + 3
  const judged = (part: number, faultHours: number, judge: (given: Given) => boolean) => (random: Random) => {
    const alpha = levels(random).trafficAlpha
    const traffic = hourlyTraffic(random, { perHour, spread, days, holiday: -1 })
    const began = HISTORY_DAYS * 24 + Math.floor(24 * random.next())
    for (let hour = began; hour < began + 12; hour++) traffic[hour] = random.binomial(traffic[hour], part)
    return Array.from(
      { length: WINDOWS },
      (_, window) => START + (began + faultHours + window) * HOUR_MS,
    ).some((end) => judge({ traffic, end, alpha }))
  }
  return [
    { name: name('half of the traffic for three hours'), isFound: judged(0.5, 3, isVolumeFound) },
    { name: name('no traffic for an hour'), isFound: judged(0, 1, isFreshnessFound) },
    { name: name('half of the labels'), isFound: isLateFound(spread, perHour) },
  ]
}

interface Given {
  traffic: Int32Array
  end: number
  alpha: number
}

function isVolumeFound({ traffic, end, alpha }: Given): boolean {
  const rows = new Map([...traffic].map((n, hour) => [START + hour * HOUR_MS, n]))
  const first = Math.max(START, end - 4 * WEEK_MS - 2 * DAY_MS)
  const outcome = judgeVolume(
    { rows, first, end, windowMs: DAY_MS, everyMs: HOUR_MS, timezone: 'UTC' },
    { alpha },
  )
  return outcome.status === 'judged' && outcome.finding !== undefined
}

function isFreshnessFound({ traffic, end }: Given): boolean {
  const hours = [...traffic.entries()].flatMap(([hour, n]) => (n > 0 ? [START + hour * HOUR_MS] : []))
  const held = hours.filter((hour) => hour < end).map((hour) => new Date(hour))
  const outcome = freshnessOf(held, end)
  return outcome.status === 'judged' && outcome.finding !== undefined
}

/** Half of the labels of a day do not come. */
function isLateFound(spread: number, perHour: number) {
  return (random: Random) => {
    const alpha = levels(random).trafficAlpha
    const traffic = hourlyTraffic(random, { perHour, spread, days: HISTORY_DAYS + 4, holiday: -1 })
    const from = HISTORY_DAYS * 24
    const labels = labelStream(random, traffic, START, (hour) => (hour >= from && hour < from + 25 ? 0.5 : 1))
    for (let hour = 0; hour < from + 48; hour++) labels.advance(hour)
    return Array.from({ length: WINDOWS }, (_, window) => {
      const hour = from + 48 + window
      labels.advance(hour)
      const outcome = judgeLabels(labels.input(START, START + (hour + 1) * HOUR_MS, DAY_MS), alpha)
      return outcome.status === 'judged' && outcome.finding !== undefined
    }).some(Boolean)
  }
}
