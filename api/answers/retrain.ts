import type { z } from 'zod'
import { isRetrainTarget, maskedCall } from '../../alerts/retraining/call.ts'
import type { Retrain } from '../../alerts/retraining/retrain.ts'
import { waitEnd, waitSentence, type Wait } from '../../alerts/retraining/waits.ts'
import { deadline } from '../../control/alerting/retrain-state.ts'
import type { Channel } from '../../control/declared/channel.ts'
import type { RetrainEvent, RetrainRequest } from '../../control/alerting/retrains.ts'
import type { PendingBaseline } from '../retrain-plan.ts'
import type { retrainRoutes, retrainSchema } from '../contract/alerting/retrains.ts'

type Answer = z.input<typeof retrainSchema>

/** What is known of a request beside its own events. */
export interface RetrainOutlook {
  /** What it waits for; undefined where it does not. */
  waits: readonly Wait[] | undefined
  pending: PendingBaseline | undefined
}

/** A request and where it stands. */
export function toRetrain({ request, events, state }: Retrain, { waits, pending }: RetrainOutlook): Answer {
  const { id, model, monitor, kind, alert, target, createdAt, callbackWithin, evidence } = request
  const said = events.findLast(({ comment, error }) => comment !== '' || error !== undefined)
  return {
    id,
    model,
    monitor,
    kind,
    alert: alert ?? null,
    alerts: evidence.alerts,
    target,
    status: state.status,
    status_since: state.since.toISOString(),
    created_at: createdAt.toISOString(),
    expires_at: deadline(state, callbackWithin)?.toISOString() ?? null,
    attempts: state.attempts,
    next_attempt_at: state.nextAttemptAt?.toISOString() ?? null,
    version: state.version ?? null,
    baseline: state.baseline ?? null,
    note: said === undefined ? '' : said.comment || (said.error ?? ''),
    waiting: waits === undefined ? null : toWaiting(waits),
    pending_baseline:
      pending === undefined
        ? null
        : { reason: pending.reason, expected_at: pending.expected?.toISOString() ?? null },
  }
}

function toWaiting(waits: readonly Wait[]): NonNullable<Answer['waiting']> {
  const other = waits.find((wait) => wait.for === 'retraining')
  const broken = waits.find((wait) => wait.for === 'data_problem' || wait.for === 'approval')
  return {
    for: waits.map((wait) => wait.for),
    reason: waitSentence(waits),
    until: waitEnd(waits)?.toISOString() ?? null,
    retrain: other?.id ?? null,
    alert: broken?.problem?.alert ?? null,
  }
}

type Detail = z.input<(typeof retrainRoutes.getRetrain.answers)[200]>

/** A request with all that happened to it, and what is sent to `target`. */
export function toRetrainDetail(
  retrain: Retrain,
  outlook: RetrainOutlook,
  target: Channel | undefined,
  publicUrl: string,
  now: Date,
): Detail {
  const { summary, window, training } = retrain.request.evidence
  return {
    ...toRetrain(retrain, outlook),
    summary,
    window,
    training,
    events: retrain.events.map(toEvent),
    call: target === undefined ? null : toCall(retrain.request, target, publicUrl, now),
  }
}

/** The call as it would be made now; null where the channel is of a type that cannot ask for a retraining. */
export function toCall(request: RetrainRequest, target: Channel, publicUrl: string, now: Date) {
  if (!isRetrainTarget(target)) return null
  return { target: target.name, ...maskedCall(target, { request, publicUrl }, now) }
}

function toEvent({ seq, at, type, by, comment, ...rest }: RetrainEvent): Detail['events'][number] {
  return {
    seq,
    at: at.toISOString(),
    type,
    by,
    comment,
    http_status: rest.httpStatus ?? null,
    latency_ms: rest.latencyMs ?? null,
    error: rest.error ?? null,
    next_attempt_at: rest.nextAttemptAt ?? null,
    version: rest.version ?? null,
    baseline: rest.baseline ?? null,
  }
}
