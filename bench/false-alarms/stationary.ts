import type { MemberVerdict } from '../../domain/verdict.ts'
import { level } from '../../detectors/verdict/decide.ts'
import { judgeColumn, type VerdictRule } from '../../detectors/verdict/judge.ts'
import { profileOf, testsOf } from './columns.ts'
import { Members } from './members.ts'
import { CHUNKS, PLAIN_RULES, plainRules } from './plain-rules.ts'
import { createScreen } from './screen.ts'
import { hourlyRows, SlidingWindow, WINDOW_HOURS } from './sliding.ts'
import { emptyCounts, type Stream } from './stream.ts'

const DAY_MS = 86_400_000
export const EVALUATIONS = 90 * 24

export interface StationaryRun {
  /** New alerts of the monitor. */
  alerts: number
  /** Verdicts of warning or critical, and those that could not be given. */
  breaches: number
  undecided: number
  /** Of each plain rule, in the order of `PLAIN_RULES`: its alerts, and the evaluations in alert. */
  plain: { alerts: number; inAlert: number }[]
}

export type RuleOf = (alpha: number) => VerdictRule

export interface StationaryOptions {
  /** Rows of a window of a day. */
  rows: number
  /** Hourly ones. */
  evaluations: number
  ruleOf: RuleOf
  /** Also the plain rules. */
  plain: boolean
  /** Spares the judge what cannot breach; only by the default rule. */
  screened: boolean
}

/** Hourly evaluations of data that does not change: whatever alerts is false. */
export function runStationary(stream: Stream, options: StationaryOptions): StationaryRun {
  const { columns, baseline } = stream
  const hours = hourlyRows(options.rows)
  const sliding = new SlidingWindow(baseline.map(({ length }) => length))
  // A monitor with a window of a day and a budget of one false alarm in 90 days.
  const rule = options.ruleOf(level(DAY_MS, 1, testsOf(columns)))
  const judge = createJudge(stream, rule, options.screened)
  const members = new Members(columns.length)
  const others = options.plain ? plainCounters(stream, options.rows) : []
  const found = { alerts: 0, breaches: 0, undecided: 0 }
  for (let hour = 1 - WINDOW_HOURS; hour < options.evaluations; hour++) {
    sliding.advance((counts, hourOfDay) => stream.addRows(hours[hourOfDay], counts))
    if (hour < 0) continue
    const verdicts = judge(sliding.window)
    for (const verdict of verdicts) {
      if (verdict === 'warning' || verdict === 'critical') found.breaches++
      else if (verdict !== 'ok') found.undecided++
    }
    if (members.step(hour, verdicts).alerts) found.alerts++
    for (const other of others) other.step(sliding.window)
  }
  return { ...found, plain: others.map(({ alerts, inAlert }) => ({ alerts, inAlert })) }
}

/** The verdicts on all columns, by the service's judge. */
export function createJudge(
  { columns, baseline }: Pick<Stream, 'columns' | 'baseline'>,
  rule: VerdictRule,
  screened: boolean,
): (windows: readonly Int32Array[]) => MemberVerdict[] {
  const profiles = baseline.map(profileOf)
  const mayBreach = columns.map(({ binning }, i) =>
    screened ? createScreen(binning, baseline[i], rule.alpha) : () => true,
  )
  return (windows) =>
    windows.map((window, i) => {
      if (!mayBreach[i](window)) return 'ok'
      const { binning, classes } = columns[i]
      const input = { binning, baseline: profiles[i], window: profileOf(window) }
      return judgeColumn(input, classes ? { ...rule, classes } : rule).verdict
    })
}

/** In alert while any column is beyond. */
function plainCounters({ columns, baseline, addRows }: Stream, rows: number) {
  const chunks = Array.from({ length: CHUNKS }, () => {
    const counts = emptyCounts(baseline)
    addRows(rows, counts)
    return counts
  })
  const rules = columns.map(({ binning }, i) =>
    plainRules(
      binning,
      baseline[i],
      chunks.map((chunk) => chunk[i]),
    ),
  )
  return PLAIN_RULES.map((_, rule) => {
    let wasBeyond = false
    return {
      alerts: 0,
      inAlert: 0,
      step(windows: readonly Int32Array[]) {
        const isBeyond = windows.some((window, i) => rules[i][rule](window))
        if (isBeyond && !wasBeyond) this.alerts++
        if (isBeyond) this.inAlert++
        wasBeyond = isBeyond
      },
    }
  })
}
