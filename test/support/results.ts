import type { Result } from '../../store/results.ts'

type Member = Pick<Result, 'id' | 'model' | 'monitor' | 'kind' | 'column' | 'windowEnd' | 'evaluatedAt' | 'verdict' | 'effect'> // prettier-ignore

/** A result of which only the outcome matters. */
export function outcome(member: Member): Result {
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
