import { verdictForAlerts, type MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import { conceptColumns } from '../../detectors/run/find-concept.ts'
import type { Rules } from '../../detectors/run/rules.ts'
import { findLabelled } from '../../detectors/run/run.ts'
import type { Reference, WindowRequest } from '../../detectors/run/run-request.ts'
import { WHOLE } from '../../detectors/run/slices.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { skipReason, type Judged } from './skipped.ts'

export interface LabelledRange extends Omit<WindowRequest, 'end'> {
  reference: Reference
  rules: Rules
}

/** What evaluations of labelled rows tell, where they were made. */
interface Evaluated {
  rows?: { baseline: number; window: number }
}

/** How many verdicts of concept and performance each window takes. */
export function labelledMembers({ checks }: Pick<Monitor, 'checks'>, columns: Reference['columns']): number {
  const { deciding, features } = conceptColumns(columns)
  return (
    (checks.includes('concept') ? deciding.length + features.length : 0) +
    (checks.includes('performance') ? 1 : 0)
  )
}

/** Adds the verdicts on concept and performance of the whole model to those of each window, by its end. Stores nothing. */
export async function addLabelled(
  { reference, rules, ...request }: LabelledRange,
  evaluations: ReadonlyMap<number, Judged[]>,
): Promise<void> {
  for (const [end, found] of evaluations) {
    const findings = await findLabelled(
      { ...reference, slices: [WHOLE] },
      { ...request, end: new Date(end) },
      rules,
    )
    for (const { kind, column, verdict, reason, effect, explanation, evaluation } of findings)
      found.push({
        kind,
        column,
        segment: '',
        version: '',
        windowEnd: new Date(end),
        verdict: verdictForAlerts(verdict as MemberEvaluation['verdict'], reason),
        effect,
        explanation,
        skipped: skipReason({ verdict, reason }, (evaluation as Evaluated).rows),
      })
  }
}
