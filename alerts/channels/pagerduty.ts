import { z } from 'zod'
import type { AlertEvent } from '../../store/alerting/alert-events.ts'
import type { PagerdutySettings } from '../../store/declared/channels/pagerduty.ts'
import { fit } from '../message/fit.ts'
import { callHttp, type HttpContext, type SendOutcome } from '../http/http.ts'
import type { Message, MessageMember } from '../message/message.ts'
import { memberName, plain, subject } from '../message/wording.ts'

/** What the Events API takes: characters of the summary, and bytes of the whole. */
export const PAGERDUTY_LIMITS = { summary: 1024, bytes: 512 * 1024 }

const MOST_LISTED = 20
const MOST_EXPLANATION = 1000

/** An event for the Events API v2, without the key. The same alert has the same key from firing to resolution. */
export function pagerdutyEvent(event: AlertEvent, message: Message) {
  const { model, monitor, kind, status, severity, windowEnd, baseline } = event
  const dedup_key = `driftgauge/${model}/${monitor}/${kind}`
  if (status === 'resolved') return { event_action: 'resolve', dedup_key }
  return {
    event_action: 'trigger',
    dedup_key,
    client: 'Driftgauge',
    client_url: message.link,
    links: [
      { href: message.link, text: 'Alert' },
      ...message.members.slice(0, 1).map(({ chart }) => ({ href: chart, text: 'Chart of the window' })),
    ],
    payload: {
      summary: fit(plain(`${message.title}: ${message.text}`), PAGERDUTY_LIMITS.summary),
      source: model,
      severity,
      timestamp: windowEnd.toISOString(),
      component: monitor,
      class: subject(kind),
      custom_details: {
        recommendation: message.recommendation,
        baseline: baseline ?? 'none',
        columns: message.members.slice(0, MOST_LISTED).map(detail),
        more_columns: Math.max(0, message.members.length - MOST_LISTED) + message.more,
      },
    },
  }
}

function detail(member: MessageMember) {
  return {
    column: fit(memberName(member), 200),
    severity: member.severity,
    since: member.since,
    ...(member.effect === undefined ? {} : { effect: member.effect }),
    ...(member.explanation === undefined
      ? {}
      : { explanation: fit(plain(member.explanation), MOST_EXPLANATION) }),
  }
}

const problemSchema = z.object({ message: z.string(), errors: z.array(z.string()).optional() })

/** Sends an event to PagerDuty. Never throws. */
export async function postPagerduty(
  { routing_key, url }: PagerdutySettings,
  event: object,
  context: HttpContext,
): Promise<SendOutcome> {
  return callHttp({
    ...context,
    url: `${url.replace(/\/+$/, '')}/v2/enqueue`,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'driftgauge' },
    body: JSON.stringify({ routing_key, ...event }),
    explain: (answer) => explainPagerduty(answer)?.replaceAll(routing_key, '…'),
  })
}

/** PagerDuty says in JSON what is wrong with an event. */
export function explainPagerduty(answer: string): string | undefined {
  const outcome = problemSchema.safeParse(parsed(answer))
  if (!outcome.success) return undefined
  const { message, errors = [] } = outcome.data
  return errors.length === 0 ? message : `${message}: ${errors.join('; ')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
