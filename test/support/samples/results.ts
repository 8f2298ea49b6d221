import type { MemberEvaluation } from '../../../alerts/state/window-verdict.ts'
import type { Result } from '../../../store/results/results.ts'

type Member = Pick<Result, 'id' | 'model' | 'monitor' | 'kind' | 'column' | 'windowEnd' | 'evaluatedAt' | 'verdict' | 'effect'> // prettier-ignore

/** The result that an evaluation is of. */
export function resultOf(
  { resultId, kind, explanation, effect, ...evaluation }: MemberEvaluation,
  by: Pick<Result, 'model' | 'monitor' | 'evaluatedAt'>,
): Result {
  const told = { explanation: explanation ?? '', effect }
  return outcome({ ...evaluation, ...told, ...by, id: resultId!, kind: kind as Result['kind'] })
}

/** A result of which only the outcome matters. */
export function outcome(member: Member & Partial<Result>): Result {
  const nothing = { profile: { counts: [], sums: [], squares: 0 } }
  return {
    segment: '',
    version: '',
    windowStart: new Date(member.windowEnd.getTime() - 86_400_000),
    reason: '',
    explanation: '',
    noiseFloor: undefined,
    statistics: {},
    evaluation: {},
    baseline: { version: 1, hash: '', ...nothing },
    window: nothing,
    binning: '',
    monitorHash: '',
    rule: {},
    codeVersion: '',
    ...member,
  }
}
