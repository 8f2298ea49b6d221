import type { z } from 'zod'
import { isRetrainTarget, maskedCall } from '../../alerts/retraining/call.ts'
import type { Retrain } from '../../alerts/retraining/retrain.ts'
import { deadline } from '../../control/alerting/retrain-state.ts'
import type { Channel } from '../../control/declared/channel.ts'
import type { RetrainEvent, RetrainRequest } from '../../control/alerting/retrains.ts'
import type { retrainRoutes, retrainSchema } from '../contract/alerting/retrains.ts'

/** A request and where it stands. */
export function toRetrain({ request, events, state }: Retrain): z.input<typeof retrainSchema> {
  const { id, model, monitor, kind, alert, target, createdAt, callbackWithin } = request
  const said = events.findLast(({ comment, error }) => comment !== '' || error !== undefined)
  return {
    id,
    model,
    monitor,
    kind,
    alert: alert ?? null,
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
  }
}

type Detail = z.input<(typeof retrainRoutes.getRetrain.answers)[200]>

/** A request with all that happened to it, and what is sent to `target`. */
export function toRetrainDetail(
  retrain: Retrain,
  target: Channel | undefined,
  publicUrl: string,
  now: Date,
): Detail {
  const { summary, window, training } = retrain.request.evidence
  return {
    ...toRetrain(retrain),
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
