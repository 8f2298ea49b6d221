import { formatInstant } from '../../../domain/instant.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { fit } from '../../message/fit.ts'
import type { Message, MessageMember } from '../../message/message.ts'
import { effectText, memberName, plain, severityText, subject, upperFirst } from '../../message/wording.ts'

/** What Block Kit and incoming webhooks allow, in characters or in items. */
export const SLACK_LIMITS = {
  header: 150,
  section: 3000,
  field: 2000,
  fields: 10,
  button: 75,
  url: 3000,
  blocks: 50,
}

/** Columns that are listed; the alert's page has all of them. */
const MOST_LISTED = 10
const MOST_TEXT = 1500
const MOST_LINE = 600
/** An address within a line: with a longer one the name stands there without a link. */
const MOST_LINK = 1000
const MOST_FALLBACK = 2000

type Block = Record<string, unknown>

/** The body for an incoming webhook: blocks, and `text` for notifications. */
export function slackBody(event: AlertEvent, message: Message): { text: string; blocks: Block[] } {
  const listed = message.members.slice(0, MOST_LISTED)
  const more = message.members.length + message.more - listed.length
  const lines = [
    ...listed.map((member) => memberLine(member, event.status)),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
  // Of a single column the sentence has said it all, and a button leads to its chart.
  const columns = lines.length === 1 ? [] : packed(lines).map(section)
  const advice = message.recommendation === '' ? [] : [section(`*What to do:* ${message.recommendation}`)]
  return {
    text: fit(`${message.title}: ${message.text}`, MOST_FALLBACK, escapeSlack),
    blocks: [
      { type: 'header', text: plainText(message.title, SLACK_LIMITS.header) },
      section(fit(message.text, MOST_TEXT, escapeSlack)),
      { type: 'section', fields: fields(event).map(([name, value]) => field(name, value)) },
      ...columns,
      ...advice,
      { type: 'actions', elements: buttons(message) },
      { type: 'context', elements: [mrkdwn(context(event))] },
    ],
  }
}

/** `&`, `<` and `>` are all that Slack's markup gives a meaning beyond emphasis. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function fields({ model, kind, owner, severity, status, baseline, members }: AlertEvent): [string, string][] {
  const since = Math.min(...members.map((member) => Date.parse(member.since)))
  return [
    ['Model', model],
    ['Kind', upperFirst(subject(kind))],
    ['Severity', severityText(severity, status)],
    ['Since', formatInstant(new Date(since))],
    ...(owner === undefined ? [] : ([['Owner', owner]] as [string, string][])),
    ...(baseline === undefined ? [] : ([['Baseline', baseline]] as [string, string][])),
  ]
}

function memberLine(member: MessageMember, status: AlertEvent['status']): string {
  const name = fit(memberName(member), 150, escapeSlack)
  const linked = member.chart.length > MOST_LINK ? name : `<${escapeSlack(member.chart)}|${name}>`
  const seen =
    member.explanation ?? (member.effect === undefined ? '' : `effect ${effectText(member.effect)}`)
  const what = seen === '' ? '' : `: ${fit(plain(seen), MOST_LINE, escapeSlack)}`
  return `• ${linked} (${severityText(member.severity, status)})${what}`
}

/** Lines in as few texts of a section as hold them. */
function packed(lines: readonly string[]): string[] {
  return lines.reduce<string[]>((texts, line) => {
    const last = texts.at(-1)
    if (last === undefined || last.length + 1 + line.length > SLACK_LIMITS.section) return [...texts, line]
    return [...texts.slice(0, -1), `${last}\n${line}`]
  }, [])
}

function buttons({ link, members }: Message): Block[] {
  const chart = members[0]?.chart
  return [
    button('open_alert', 'Open the alert', link, 'primary'),
    ...(chart === undefined || chart.length > SLACK_LIMITS.url
      ? []
      : [button('open_chart', 'Open the chart', chart)]),
  ]
}

function button(id: string, text: string, url: string, style?: 'primary'): Block {
  return {
    type: 'button',
    action_id: id,
    text: plainText(text, SLACK_LIMITS.button),
    url,
    ...(style === undefined ? {} : { style }),
  }
}

function context({ monitor, windowEnd }: AlertEvent): string {
  return `Monitor ${monitor} · window that ended ${formatInstant(windowEnd)}`
}

const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text) })
const field = (name: string, value: string) =>
  mrkdwn(`*${name}*\n${fit(plain(value), SLACK_LIMITS.field - name.length - 3, escapeSlack)}`)
// `verbatim` keeps names such as "@here" or "#general" from becoming mentions.
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true })
const plainText = (text: string, most: number) => ({
  type: 'plain_text',
  text: fit(plain(text), most, escapeSlack),
  emoji: false,
})
