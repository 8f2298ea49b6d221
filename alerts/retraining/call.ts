import type { Channel } from '../../store/declared/channel.ts'
import type { GithubSettings } from '../../store/declared/channels/github.ts'
import { webhookView, type WebhookSettings } from '../../store/declared/channels/webhook.ts'
import type { HttpCall } from '../http/http.ts'
import { signatureHeaders } from '../channels/webhook.ts'
import { retrainData, retrainEvent, type MessageInput } from './message.ts'

/** A channel that can ask for a retraining. */
export type RetrainTarget = { name: string } & ({ webhook: WebhookSettings } | { github: GithubSettings })

export function isRetrainTarget(channel: Channel): channel is RetrainTarget {
  return 'webhook' in channel || 'github' in channel
}

/** Why another channel cannot, as it stands after its name. */
export const NOT_FOR_RETRAINING = 'is neither a webhook nor GitHub, so it cannot request a retraining'

/** The request to a target, as it is sent. */
export type RetrainCall = Required<Pick<HttpCall, 'url' | 'method' | 'headers' | 'body'>>

/** The call that asks a target for a retraining. Pure. The id is the same at every attempt. */
export function retrainCall(target: RetrainTarget, input: MessageInput, now: Date): RetrainCall {
  return 'webhook' in target ? webhookCall(target.webhook, input, now) : githubCall(target.github, input)
}

function webhookCall({ url, secret }: WebhookSettings, input: MessageInput, now: Date): RetrainCall {
  const { id } = input.request
  const body = JSON.stringify(retrainEvent(input))
  const signature = signatureHeaders(id, now, body, [secret].flat())
  return { url, method: 'POST', headers: { ...COMMON, 'idempotency-key': id, ...signature }, body }
}

/** `POST /repos/{owner}/{repo}/dispatches` of GitHub's REST API, version 2022-11-28. */
function githubCall(
  { repository, token, event_type, api_url }: GithubSettings,
  input: MessageInput,
): RetrainCall {
  return {
    url: `${api_url.replace(/\/+$/, '')}/repos/${repository}/dispatches`,
    method: 'POST',
    headers: {
      ...COMMON,
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
      'idempotency-key': input.request.id,
    },
    body: JSON.stringify({ event_type, client_payload: retrainData(input) }),
  }
}

const COMMON = { 'content-type': 'application/json', 'user-agent': 'driftgauge' }
const MASK = '…'

/** The same call as it may be shown: without secrets, signature and token. */
export function maskedCall(
  target: RetrainTarget,
  input: Omit<MessageInput, 'token'>,
  now: Date,
): RetrainCall {
  const { url, headers, ...rest } = retrainCall(target, { ...input, token: MASK }, now)
  const masked = Object.entries(headers).map(([name, value]) => [name, MASKED[name]?.(value) ?? value])
  return {
    ...rest,
    url: 'webhook' in target ? webhookView(target.webhook).target : url,
    headers: Object.fromEntries(masked) as Record<string, string>,
  }
}

const MASKED: Record<string, ((value: string) => string) | undefined> = {
  authorization: () => `Bearer ${MASK}`,
  'webhook-signature': (value) => value.split(' ').map(() => `v1,${MASK}`).join(' '), // prettier-ignore
}
