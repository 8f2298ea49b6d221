import { DEFAULT_POLICY, policyFor } from '../../alerts/state/policy.ts'
import { judgeFreshness } from '../../detectors/quality/freshness.ts'
import { judgeColumnQuality, qualityTests } from '../../detectors/quality/judge-column.ts'
import { judgeLabels } from '../../detectors/quality/labels-late.ts'
import { steadyIn } from '../../detectors/quality/steady.ts'
import { judgeVolume, trafficTests } from '../../detectors/quality/volume.ts'
import { level } from '../../detectors/verdict/decide.ts'
import { TRAFFIC_PART } from '../../detectors/run/rules.ts'
import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import type { QualityFinding } from '../../domain/data-finding.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import { DAY_MS, HOUR_MS, WEEK_MS } from '../../domain/time.ts'
import type { MemberVerdict } from '../../domain/verdict.ts'
import { profileOf, testsOf } from '../false-alarms/columns.ts'
import { Members } from '../false-alarms/members.ts'
import type { Random } from '../false-alarms/random.ts'
import { createJudge } from '../false-alarms/stationary.ts'
import { addRows, BASELINE_ROWS, emptyCounts } from '../false-alarms/stream.ts'
import { qualityColumns, type QualityColumn } from './columns.ts'
import { labelStream } from './labels.ts'
import { WINDOW_HOURS, RollingCounts } from './rolling-counts.ts'
import { hourlyTraffic } from './traffic.ts'

export const HISTORY_DAYS = 29
/** A Monday. */
export const START = Date.UTC(2026, 0, 5)
const SHORT_HOURS = 3
const LABEL_DELAY_MS = DAY_MS

export interface NullRun {
  /** New alerts of drift, and of the data. */
  drift: number
  data: number
  /** What the alerts of the data were on. */
  findings: string[]
}

export interface NullOptions {
  features: number
  perHour: number
  spread: number
  days: number
}

/** The levels of a monitor that checks features and quality every hour, with a budget of one false alarm in 90 days. */
export function levelsOf(columns: readonly QualityColumn[]): { alpha: number; trafficAlpha: number } {
  const tests = testsOf(columns) + columns.length * qualityTests({ isFeature: true })
  return {
    alpha: level(DAY_MS, 1 - TRAFFIC_PART, tests),
    trafficAlpha: level(DAY_MS, TRAFFIC_PART, trafficTests(HOUR_MS)),
  }
}

/** Whether predictions still come at the gaps that these hours show. */
export function freshnessOf(hours: readonly Date[], end: number) {
  const newest = hours.at(-1)
  return judgeFreshness({ hours, newest, end: new Date(end), cadence: undefined, timezone: 'UTC' })
}

/** Hourly checks of drift and quality while nothing is wrong: whatever alerts is false. */
export function runNull(random: Random, { features, perHour, spread, days }: NullOptions): NullRun {
  const columns = qualityColumns(random, features)
  const holiday = HISTORY_DAYS + Math.floor(random.next() * days)
  const traffic = hourlyTraffic(random, { perHour, spread, days: HISTORY_DAYS + days, holiday })
  const rows = new Map([...traffic].map((n, hour) => [START + hour * HOUR_MS, n]))
  const baselineCounts = columns.map(({ law }) => new Int32Array(law.shares.length))
  addRows(random, columns, BASELINE_ROWS, baselineCounts)
  const baseline = columns.map((_, i) => profileOf(baselineCounts[i]))
  const unusable = columns.map((column, i) => random.binomial(baselineCounts[i][0], column.unusable))
  const { alpha, trafficAlpha } = levelsOf(columns)
  const { minRows } = DEFAULT_RULE
  const judgeDrift = createJudge({ columns, baseline: baselineCounts }, { ...DEFAULT_RULE, alpha }, true)
  const drift = new Members(columns.length)
  const data = new Members(columns.length + 3, policyFor(DEFAULT_POLICY, DATA_KIND))
  const counts = new RollingCounts(emptyCounts(baselineCounts))
  const labels = labelStream(random, traffic, START)
  const found: NullRun = { drift: 0, data: 0, findings: [] }
  for (let hour = 0; hour < traffic.length; hour++) {
    counts.advance((own, invalid) => {
      addRows(random, columns, traffic[hour], own)
      for (const [i, column] of columns.entries()) invalid[i] = random.binomial(own[i][0], column.unusable)
    })
    labels.advance(hour)
    if (hour < HISTORY_DAYS * 24) continue
    const end = START + (hour + 1) * HOUR_MS
    const recorded = Math.max(START, end - 4 * WEEK_MS - 2 * DAY_MS)
    const ofColumns = columns.map(({ binning }, i) => {
      const column = { binning, baseline: baseline[i], window: profileOf(counts.window[i]) }
      const short = profileOf(counts.last(i, SHORT_HOURS))
      const steady = steadyIn(column, [{ hours: WINDOW_HOURS, profile: column.window }, { hours: SHORT_HOURS, profile: short }], alpha) // prettier-ignore
      const invalid = { baseline: unusable[i], window: counts.invalid[i] }
      return judgeColumnQuality(
        { ...column, name: `f${i}`, invalid, isFeature: true, steady },
        { alpha, minRows },
      )
    })
    const input = { end, windowMs: DAY_MS, everyMs: HOUR_MS, timezone: 'UTC' }
    const volume = judgeVolume({ ...input, rows, first: recorded }, { alpha: trafficAlpha })
    const held = [...rows]
      .filter(([at, n]) => at >= recorded && at < end && n > 0)
      .map(([at]) => new Date(at))
    const fresh = freshnessOf(held, end)
    const late = judgeLabels(labels.input(recorded, end, LABEL_DELAY_MS), trafficAlpha)
    const ofAll = [volume, fresh, late].map((outcome) =>
      outcome.status === 'judged' && outcome.finding !== undefined ? [outcome.finding] : [],
    )
    const members: QualityFinding[][] = [...ofColumns, ...ofAll]
    if (drift.step(hour, judgeDrift(counts.window)).alerts) found.drift++
    if (data.step(hour, members.map(verdictOf)).alerts) {
      found.data++
      found.findings.push(...members.flat().map(({ finding }) => finding))
    }
  }
  return found
}

const verdictOf = (findings: readonly QualityFinding[]): MemberVerdict =>
  findings.some(({ severity }) => severity === 'critical')
    ? 'critical'
    : findings.length > 0
      ? 'warning'
      : 'ok'
