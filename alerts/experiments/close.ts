import { inTransaction, type Control } from '../../control/database/control.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import { insertAudit } from '../../control/declared/audit.ts'
import { modelDocuments } from '../../control/declared/model.ts'
import { experimentDefinition, type Experiment } from '../../control/declared/experiment.ts'
import {
  readStanding,
  writeStanding,
  type ExperimentStanding,
} from '../../control/experiments/experiment-state.ts'
import { askForPoll } from '../../control/registry/polls.ts'
import { askForMove } from '../../control/registry/promotions.ts'
import type { Store } from '../../store/engine/client.ts'
import { routeEvents } from '../routing/route-events.ts'
import { experimentEvent } from './report.ts'

export interface ClosingDecision {
  decision: 'promoted' | 'kept'
  /** The version that is in use from now on. */
  version: string
  by: string
  comment: string
  /** Whether a challenger may be promoted that was not found better or equivalent. */
  force: boolean
  at: Date
  requestId: string
}

export type ClosingOutcome =
  { outcome: 'closed'; standing: ExperimentStanding } | { outcome: 'refused'; reason: string }

/** Records what a person makes of an experiment, and tells its channels. The first decision counts. */
export async function closeExperiment(
  store: Store,
  experiment: Experiment,
  { force, requestId, at, ...said }: ClosingDecision,
): Promise<ClosingOutcome> {
  const before = await readStanding(store.control, experiment.name)
  const reason = refusal(experiment, before, said.decision, force)
  if (reason !== undefined || before === undefined) return { outcome: 'refused', reason: reason ?? '' }
  const standing = { ...before, closed: { ...said, at: at.toISOString() } }
  const events = await routeEvents(store, [experimentEvent(experiment, standing, at)])
  return inTransaction(store.control, async (transaction): Promise<ClosingOutcome> => {
    const now = await readStanding(transaction, experiment.name)
    const since = refusal(experiment, now, said.decision, force)
    if (since !== undefined) return { outcome: 'refused', reason: since }
    await writeStanding(transaction, experiment.name, standing)
    await insertAlertEvents(transaction, events)
    if (said.decision === 'promoted') await moveAlias(transaction, experiment, { ...said, at })
    await insertAudit(transaction, {
      at,
      actor: said.by,
      action: `experiment.${said.decision}`,
      subject: 'experiment',
      name: experiment.name,
      requestId,
      before: before.state,
      after: said.decision,
      detail: said.comment,
    })
    return { outcome: 'closed', standing }
  })
}

/** Noted beside the decision, so that neither a crash nor an MLflow that is away loses it. */
async function moveAlias(
  transaction: Control,
  experiment: Experiment,
  { version, by, at }: Pick<ClosingDecision, 'version' | 'by' | 'at'>,
): Promise<void> {
  const link = (await modelDocuments.find(transaction, experiment.model))?.mlflow
  if (link === undefined) return
  const { name, model } = experiment
  const alias = { registered: link.model, alias: link.alias }
  await askForMove(transaction, { model, experiment: name, ...alias, version, by, at })
  await askForPoll(transaction, model, at)
}

/** Why the experiment cannot be closed in this way; undefined where it can. Pure. */
function refusal(
  experiment: Experiment,
  standing: ExperimentStanding | undefined,
  decision: ClosingDecision['decision'],
  force: boolean,
): string | undefined {
  if (standing?.definition !== experimentDefinition(experiment))
    return 'the experiment has not been looked at yet'
  const { closed, state } = standing
  if (closed !== null) return `it is already closed: ${closed.decision} by ${closed.by}`
  const isFound = state === 'challenger_better' || state === 'equivalent'
  if (decision === 'kept' || isFound || force) return undefined
  return `the challenger was not found better or equivalent (${state}); send \`"force": true\`, or \`--force\` on the command line, to promote it nevertheless`
}
