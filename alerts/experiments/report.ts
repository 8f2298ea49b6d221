import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Experiment } from '../../control/declared/experiment.ts'
import type { ClosedExperiment, ExperimentStanding } from '../../control/experiments/experiment-state.ts'
import { EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import { eventId } from '../state/event-id.ts'
import { plain } from '../message/wording.ts'

/** The event that tells of a decided experiment; that somebody closed it; or that it was declared anew. Pure. */
export function experimentEvent(
  experiment: Experiment,
  standing: ExperimentStanding,
  at: Date,
  isDeclaredAnew = false,
): AlertEvent {
  const { name, model, champion, challenger, channels } = experiment
  const { closed, reason, definition, decidedAt } = standing
  const windowEnd = new Date(Math.floor(at.getTime() / 1000) * 1000)
  const isOver = isDeclaredAnew || closed !== null
  const nowhere = { kind: EXPERIMENT_KIND, column: '', segment: '', version: '' }
  const versions = `version "${plain(champion)}" against "${plain(challenger)}"`
  const since = decidedAt ?? windowEnd.toISOString()
  return {
    ...nowhere,
    id: eventId([EXPERIMENT_KIND, name, definition], windowEnd, isOver ? 'all_resolved' : 'first'),
    scope: 'alert',
    monitor: name,
    model,
    windowEnd,
    reason: isOver ? 'all_resolved' : 'first',
    status: isOver ? 'resolved' : 'firing',
    severity: 'warning',
    summary: isDeclaredAnew
      ? `Experiment ${name} of ${model} was declared again and starts over.`
      : closed !== null
        ? closedSentence(experiment, closed)
        : `Experiment ${name} of ${model}, ${versions}: ${reason}`,
    members: [{ ...nowhere, column: name, severity: 'warning', since, explanation: reason }],
    baseline: undefined,
    promoted: closed?.decision === 'promoted' ? closed.version : undefined,
    createdAt: at,
    notify: true,
    channels: [...new Set(channels)],
  }
}

/** `flights version "4" was promoted in place of "3" by ann: looks good.` */
export function closedSentence(
  { name, model, champion }: Experiment,
  { decision, version, by, comment }: ClosedExperiment,
): string {
  const why = comment === '' ? '.' : `: ${plain(comment).replace(/\.$/, '')}.`
  const what =
    decision === 'promoted'
      ? `version "${plain(version)}" was promoted in place of "${plain(champion)}"`
      : `version "${plain(champion)}" was kept`
  return `Experiment ${name} of ${model} is closed: ${what} by ${plain(by)}${why}`
}
