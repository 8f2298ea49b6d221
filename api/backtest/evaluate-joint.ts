import { verdictForAlerts, type MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import { conceptColumns } from '../../detectors/run/find-concept.ts'
import { driftWindows } from '../../detectors/run/drift-windows.ts'
import { findExpected } from '../../detectors/run/find-expected.ts'
import type { Rules } from '../../detectors/run/rules.ts'
import { findLabelled } from '../../detectors/run/run.ts'
import type { Reference, WindowRequest } from '../../detectors/run/run-request.ts'
import { WHOLE } from '../../detectors/run/slices.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { skipReason, type Judged } from './skipped.ts'

export interface JointRange extends Omit<WindowRequest, 'end'> {
  reference: Reference
  stream: Stream
  rules: Rules
}

/** What such evaluations tell, where they were made. */
interface Evaluated {
  rows?: { baseline: number; window: number }
}

/** How many verdicts of concept and performance each window of a stream takes. */
export function jointMembers(
  { checks }: Pick<Monitor, 'checks'>,
  columns: Reference['columns'],
  stream: Stream,
): number {
  if (stream === 'predictions') return checks.includes('expected_performance') ? 1 : 0
  const { deciding, features } = conceptColumns(columns)
  return (
    (checks.includes('concept') ? deciding.length + features.length : 0) +
    (checks.includes('performance') ? 1 : 0)
  )
}

/** Adds the verdicts on concept and performance of the whole model to those of each window, by its end. Stores nothing. */
export async function addJoint(
  { reference, rules, stream, ...request }: JointRange,
  evaluations: ReadonlyMap<number, Judged[]>,
): Promise<void> {
  for (const [end, found] of evaluations) {
    const comparison = { ...reference, slices: [WHOLE] }
    const window = { ...request, end: new Date(end) }
    const findings =
      stream === 'labels'
        ? await findLabelled(comparison, window, rules)
        : await findExpected(
            window,
            comparison,
            driftWindows(window, reference.baseline, [WHOLE], { withQuality: false }),
            rules.expected,
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
