import type { MemberVerdict } from '../../../domain/verdict.ts'
import { level } from '../../../detectors/verdict/decide.ts'
import { DEFAULT_RULE } from '../../../detectors/verdict/judge.ts'
import { PLAIN_RULES, plainRules } from '../plain-rules.ts'
import { createJudge } from '../stationary.ts'
import { windowsOf, type Recording } from './recording.ts'

/** Of each window, the verdicts on its columns. */
export type Verdicts = readonly (readonly MemberVerdict[])[]

const DAY_MS = 86_400_000

export const OWN_RULES = ['Driftgauge', ...PLAIN_RULES] as const

/**
 * The verdicts of {@link OWN_RULES}: the default rule with a budget of one false alarm in 90 days, and the plain ones.
 * @param tests of the monitor's run, among which the budget is divided
 */
export function ownVerdicts(recording: Recording, tests: number): Verdicts[] {
  const { columns, baseline, chunks } = recording
  const judge = createJudge(recording, { ...DEFAULT_RULE, alpha: level(DAY_MS, 1, tests) }, true)
  const plain = columns.map(({ binning }, i) =>
    plainRules(
      binning,
      baseline[i],
      chunks.map((chunk) => chunk[i]),
    ),
  )
  const verdicts: MemberVerdict[][][] = OWN_RULES.map(() => [])
  for (const windows of windowsOf(recording)) {
    verdicts[0].push(judge(windows))
    for (const rule of PLAIN_RULES.keys())
      verdicts[rule + 1].push(windows.map((window, i) => (plain[i][rule](window) ? 'warning' : 'ok')))
  }
  return verdicts
}
