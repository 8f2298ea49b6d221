import { level } from '../../detectors/verdict/decide.ts'
import { judgeColumn } from '../../detectors/verdict/judge.ts'
import { profileOf } from './columns.ts'
import { Members } from './members.ts'
import { CHUNKS, PLAIN_RULES, plainRules } from './plain-rules.ts'
import { Random } from './random.ts'
import type { ShiftedColumn } from './shifts.ts'
import { hourlyRows, SlidingWindow, WINDOW_HOURS } from './sliding.ts'
import { BASELINE_ROWS } from './stream.ts'
import type { RuleOf } from './stationary.ts'

const DAY_MS = 86_400_000
/** How long a change is watched, hours. */
const WATCHED = 96
/** The changed column is one of so many, of which half are categorical, in one monitor. */
export const FEATURES = 50
export const TESTS = 2.5 * FEATURES

/** Hours from the change to the alert; Infinity where it is not found. */
export interface Delays {
  rule: number
  plain: number[]
}

/** One change of one column at an hour of the day that differs from run to run, in a steady stream. */
export function runDetection(
  { before, after }: ShiftedColumn,
  rows: number,
  seed: number,
  ruleOf: RuleOf,
): Delays {
  const random = new Random(seed)
  const sample = (n: number) => {
    const counts = new Int32Array(before.law.shares.length)
    before.law.add(random, n, counts)
    return counts
  }
  const counts = sample(BASELINE_ROWS)
  const baseline = profileOf(counts)
  const chunks = Array.from({ length: CHUNKS }, () => sample(rows))
  const plain = plainRules(before.binning, counts, chunks)
  const rule = ruleOf(level(DAY_MS, 1, TESTS))
  const hours = hourlyRows(rows)
  const sliding = new SlidingWindow([counts.length])
  const members = new Members(1)
  const delays: Delays = { rule: Infinity, plain: PLAIN_RULES.map(() => Infinity) }
  const changeAt = WINDOW_HOURS + (seed % WINDOW_HOURS)
  for (let hour = 0; hour < changeAt + WATCHED; hour++) {
    const { law } = hour < changeAt ? before : after
    sliding.advance(([own], hourOfDay) => law.add(random, hours[hourOfDay], own))
    if (hour < WINDOW_HOURS - 1) continue
    const [window] = sliding.window
    const { verdict } = judgeColumn({ binning: before.binning, baseline, window: profileOf(window) }, rule)
    const { fired } = members.step(hour, [verdict])
    if (hour < changeAt) continue
    const delay = hour + 1 - changeAt
    if (fired.length > 0) delays.rule = Math.min(delays.rule, delay)
    for (const [i, isBeyond] of plain.entries())
      if (isBeyond(window)) delays.plain[i] = Math.min(delays.plain[i], delay)
  }
  return delays
}
