import { DATA_KIND, EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import { findingColumn } from '../../domain/data-finding.ts'
import type { AlertEvent, Member } from '../../control/alerting/alert-event.ts'
import { ERROR_FINDING, NO_DATA_FINDING, RETRAINING_KIND } from '../state/policy.ts'

/** What is told whatever the data are like. */
const NEVER_INHIBITED: readonly string[] = [DATA_KIND, RETRAINING_KIND, EXPERIMENT_KIND]

type Source = Pick<AlertEvent, 'model' | 'monitor' | 'column' | 'members'>
type Target = Pick<AlertEvent, 'model' | 'monitor'>

/**
 * Whether a finding about the data that fires mutes the messages on a member. Pure. What is told of drift while
 * its cause is known to lie in the data only hides that cause:
 * - without data, all drift of the model, whichever monitor found it;
 * - where a monitor fails, all drift of this monitor, of which nothing new is known;
 * - a finding about a column that explains all that has changed of it, feature drift of this column; never concept drift,
 *   which has other causes.
 *
 * Retrainings that fail and experiments that are decided are no drift, and are told whatever the data are like.
 */
export function inhibits(finding: Source, target: Target, { kind, column }: Member): boolean {
  if (finding.model !== target.model || NEVER_INHIBITED.includes(kind)) return false
  if (finding.column === NO_DATA_FINDING) return true
  if (finding.column === ERROR_FINDING) return finding.monitor === target.monitor
  const isExplained = finding.members.at(0)?.explainsDrift !== false
  return isExplained && kind === 'feature' && findingColumn(column) === finding.column
}
