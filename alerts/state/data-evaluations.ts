import type { Member } from '../../control/alerting/alert-event.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import { MODEL_FINDINGS, type QualityFinding, type QualitySummary } from '../../domain/data-finding.ts'
import type { Result } from '../../store/results/results.ts'
import type { MemberEvaluation } from './window-verdict.ts'

/**
 * What a window's check of quality says of each member of its alerts: what is wrong, and what was looked at and is not.
 * What could not be judged says nothing, so that an alert on it stays as it is. Pure.
 */
export function dataEvaluations(results: readonly Result[], windowEnd: Date): MemberEvaluation[] {
  const own = results.filter(({ kind }) => kind === DATA_KIND)
  const summary = own.find(({ column }) => column === '')?.evaluation as QualitySummary | undefined
  if (summary === undefined) return []
  const found = own.filter(({ column }) => column !== '').map((result) => breach(result, windowEnd))
  const breaching = new Set(found.map(({ column }) => column))
  const undecided = new Set<string>(summary.undecided.map(({ finding }) => finding))
  const judged = [
    ...summary.columns.filter(({ decided }) => decided).map(({ column }) => column),
    ...MODEL_FINDINGS.filter((finding) => !undecided.has(finding)),
  ]
  const clean = judged
    .filter((column) => !breaching.has(column))
    .map((column): MemberEvaluation => ({
      ...memberOf(column),
      windowEnd,
      verdict: 'ok',
      explanation: 'It is back to normal.',
    }))
  return [...found, ...clean]
}

function breach(
  { column, verdict, reason, explanation, effect, id, evaluation }: Result,
  windowEnd: Date,
): MemberEvaluation {
  const { explains_drift } = evaluation as { findings: readonly QualityFinding[]; explains_drift?: boolean }
  return {
    ...memberOf(column),
    windowEnd,
    verdict: verdict as MemberEvaluation['verdict'],
    explanation,
    effect,
    resultId: id,
    finding: reason,
    ...(explains_drift === undefined ? {} : { explainsDrift: explains_drift }),
  }
}

const memberOf = (column: string): Member => ({ kind: DATA_KIND, column, segment: '', version: '' })
