import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { fit } from '../../message/fit.ts'
import type { Message, MessageMember } from '../../message/message.ts'
import { memberName, plain, subject } from '../../message/wording.ts'

/** What the Events API takes: characters of the summary, and bytes of the whole. */
export const PAGERDUTY_LIMITS = { summary: 1024, bytes: 512 * 1024 }

const MOST_LISTED = 20
const MOST_EXPLANATION = 1000

/** An event for the Events API v2, without the key. The same alert has the same key from firing to resolution. */
export function pagerdutyEvent(event: AlertEvent, message: Message) {
  const { model, monitor, kind, status, severity, windowEnd, baseline, owner } = event
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
        ...(owner === undefined ? {} : { owner }),
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
