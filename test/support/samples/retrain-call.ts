import { signatureHeaders } from '../../../alerts/channels/webhook/signature.ts'

export const RUNNER_SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
export const CALL_ID = '6979452ac01b7756043698c0a1c76896'

/** The event as docs/retraining.md shows it, cut to what a runner reads. */
export const retrainEvent = (data: Record<string, unknown> = {}) => ({
  type: 'model.retrain_requested',
  timestamp: '2001-04-02T14:10:00.000Z',
  data: {
    id: CALL_ID,
    model: 'flights',
    monitor: 'flights-daily',
    kind: 'feature',
    training: {
      from: '2001-04-01T22:00:00.000Z',
      to: '2001-04-02T14:00:00.000Z',
      basis: 'change_point',
      exclude: [],
    },
    callback: { url: 'http://127.0.0.1:1/api/v1/retrains/x/status', token: 'dgr_token' },
    ...data,
  },
})

/** Sends it as the service does. */
export async function callRunner(
  url: string,
  event: { data: { id: string } },
  { secret = RUNNER_SECRET, now = new Date() } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = JSON.stringify(event)
  const headers = {
    'content-type': 'application/json',
    ...signatureHeaders(event.data.id, now, body, [secret]),
  }
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
