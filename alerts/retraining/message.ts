import type { RetrainRequest } from '../../control/alerting/retrains.ts'

export interface MessageInput {
  request: RetrainRequest
  /** Where the pipeline and people reach the service, without a slash at its end. */
  publicUrl: string
  /** Of this attempt: may report on this request and do nothing else. */
  token: string
}

/** GitHub takes 65,536 bytes of payload. */
const MAX_BYTES = 60_000
const MAX_ALERTS = 20
const MAX_SUMMARY_LENGTH = 300

/**
 * What a pipeline is told. Pure. Small enough for every target: at most ten properties, and as many columns, worst
 * first, as fit.
 */
export function retrainData({ request, publicUrl, token }: MessageInput) {
  const { id, model, monitor, kind, alert, evidence } = request
  const { severity, summary, members, training, alerts, ...about } = evidence
  const link = (event: string) => `${publicUrl}/alerts/${event}`
  const listed = alerts.slice(0, MAX_ALERTS).map((one) => ({
    ...one,
    summary: one.summary.slice(0, MAX_SUMMARY_LENGTH).toWellFormed(),
    link: link(one.id),
  }))
  const data = (count: number) => ({
    id,
    model,
    monitor,
    kind,
    alert: alert === undefined ? null : { id: alert, severity, link: link(alert) },
    alerts: listed,
    summary,
    evidence: { ...about, columns: members.slice(0, count) },
    training,
    callback: { url: `${publicUrl}/api/v1/retrains/${id}/status`, token },
  })
  let fitting = members.length
  while (fitting > 0 && Buffer.byteLength(JSON.stringify(data(fitting))) > MAX_BYTES) fitting--
  return data(fitting)
}

/** The event as webhooks carry it; GitHub's `client_payload` is its `data`. */
export function retrainEvent(input: MessageInput) {
  return {
    type: 'model.retrain_requested',
    timestamp: input.request.createdAt.toISOString(),
    data: retrainData(input),
  }
}
