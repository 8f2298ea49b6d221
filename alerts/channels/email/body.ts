import { formatInstant } from '../../../domain/instant.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import type { Message, MessageMember } from '../../message/message.ts'
import { effectText, memberName, plain, severityText, subject, upperFirst } from '../../message/wording.ts'

const MOST_LISTED = 20
/** As on the dashboard, light: readable on white, and told by the word as well. */
const COLOURS: Record<string, string> = { critical: '#701000', warning: '#7A5C00', resolved: '#0B5A8A' }
/** As on the dashboard, dark. */
const DARK = `@media (prefers-color-scheme:dark){
.page{background:#0D1015!important;color:#E6E9EE!important}.card{background:#14181F!important}
.sunken{background:#1F2630!important}.muted{color:#A9B1BC!important}.rule{border-color:#2A313B!important}
.critical{color:#F06050!important}.warning{color:#F0C000!important}.resolved,.link{color:#56B4E9!important}
.button{background:#56B4E9!important;color:#14181F!important}}`
const FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** The plain text of the mail. */
export function emailText(event: AlertEvent, message: Message): string {
  const { title, text, recommendation, link, members } = message
  const listed = members
    .slice(0, MOST_LISTED)
    .map(
      (member) =>
        `- ${memberName(member)} (${severityText(member.severity, event.status)})${seenText(member)}\n  ${member.chart}`,
    )
  return [
    title,
    text,
    ...(recommendation === '' ? [] : [`What to do: ${recommendation}`]),
    [...listed, ...moreText(message)].join('\n'),
    `Alert: ${link}`,
    facts(event).map(([name, value]) => `${name}: ${value}`).join('\n'),
  ].join('\n\n') // prettier-ignore
}

/**
 * The HTML of the mail: inline styles and no scripts, as mail programs leave little else; those that know a dark
 * theme get one by the style sheet. Names are escaped.
 */
export function emailHtml(
  event: AlertEvent,
  message: Message,
  picture: { cid: string; width: number; alt: string } | undefined,
): string {
  const status = event.status === 'resolved' ? 'resolved' : event.severity
  const colour = COLOURS[status]
  const advice =
    message.recommendation === ''
      ? ''
      : `<p class="sunken" style="margin:0 0 20px;padding:12px 16px;background:#F0F2F5;border-radius:6px"><strong>What to do:</strong> ${escapeHtml(message.recommendation)}</p>`
  const image =
    picture === undefined
      ? ''
      : `<p style="margin:0 0 20px"><img src="cid:${picture.cid}" width="${picture.width}" alt="${escapeHtml(picture.alt)}" style="display:block;width:100%;max-width:${picture.width}px;height:auto;border:0;border-radius:6px"></p>`
  const details = facts(event)
    .map(([name, value]) => `<tr><td class="muted" style="padding:2px 16px 2px 0;color:#5B6470;white-space:nowrap;vertical-align:top">${name}</td><td style="padding:2px 0;word-break:break-word">${prose(value)}</td></tr>`)
    .join('') // prettier-ignore
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(message.title)}</title><style>${DARK}</style></head>
<body class="page" style="margin:0;padding:0;background:#F0F2F5;color:#1B2430;font-family:${FONT};font-size:15px;line-height:1.5">
<div role="article" aria-label="${escapeHtml(message.title)}" style="max-width:640px;margin:0 auto;padding:16px 8px">
<div class="card" style="background:#FFFFFF;border-top:4px solid ${colour};border-radius:6px;padding:24px 20px">
<p class="${status}" style="margin:0 0 8px;color:${colour};font-size:13px;font-weight:bold;letter-spacing:.04em;text-transform:uppercase">${status}</p>
<h1 style="margin:0 0 12px;font-size:21px;line-height:1.3;word-break:break-word">${escapeHtml(plain(`${upperFirst(subject(event.kind))} in ${event.model}`))}</h1>
<p style="margin:0 0 20px;word-break:break-word">${prose(message.text)}</p>
${advice}<p style="margin:0 0 24px">${actions(message)}</p>
${image}${columns(event, message)}<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:13px">${details}</table>
</div>
<p class="muted" style="margin:12px 0 0;text-align:center;color:#5B6470;font-size:12px">Sent by Driftgauge because the monitor or a route names this channel.</p>
</div></body></html>`
}

/** What drifted, a row a column; nothing of a single one, of which the sentence has said it all. */
function columns({ status }: AlertEvent, message: Message): string {
  const rows = [
    ...message.members.slice(0, MOST_LISTED).map((member) => memberRow(member, status)),
    ...moreText(message).map((text) => `<tr><td class="muted rule" style="padding:10px 0;border-top:1px solid #E4E7EB;color:#5B6470">${text}</td></tr>`),
  ] // prettier-ignore
  if (rows.length === 1) return ''
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse;margin:0 0 20px">${rows.join('')}</table>`
}

/** Text in which no time is broken over two lines. */
function prose(text: string): string {
  return escapeHtml(text).replace(
    /\d{4}-\d\d-\d\d \d\d:\d\d UTC/g,
    '<span style="white-space:nowrap">$&</span>',
  )
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function memberRow(member: MessageMember, status: AlertEvent['status']): string {
  const { severity } = member
  const name = `<a class="link" href="${escapeHtml(member.chart)}" style="color:#0B5A8A;font-weight:bold">${escapeHtml(memberName(member))}</a>`
  const standing = `<span class="${severity}" style="color:${COLOURS[severity]};font-weight:bold">${severityText(severity, status)}</span>`
  return `<tr><td class="rule" style="padding:10px 0;border-top:1px solid #E4E7EB;word-break:break-word">${name} &nbsp;${standing}<br>${prose(seen(member))}</td></tr>`
}

function actions({ link, members }: Message): string {
  const [worst] = members
  return `<a class="button" href="${escapeHtml(link)}" style="display:inline-block;padding:10px 20px;margin-right:16px;background:#0B5A8A;color:#FFFFFF;border-radius:6px;text-decoration:none;font-weight:bold">Open the alert</a> <a class="link" href="${escapeHtml(worst.chart)}" style="display:inline-block;padding:10px 0;color:#0B5A8A">Open the chart</a>`
}

function seen({ explanation, effect }: MessageMember): string {
  if (explanation !== undefined) return plain(explanation)
  return effect === undefined ? '' : `effect ${effectText(effect)}`
}

function seenText(member: MessageMember): string {
  const what = seen(member)
  return what === '' ? '' : `: ${what}`
}

function moreText({ members, more }: Message): string[] {
  const rest = Math.max(0, members.length - MOST_LISTED) + more
  return rest === 0 ? [] : [`and ${rest} more on the alert page`]
}

function facts({ model, monitor, owner, baseline, members, windowEnd }: AlertEvent): [string, string][] {
  const since = Math.min(...members.map((member) => Date.parse(member.since)))
  return [
    ['Model', model],
    ['Monitor', monitor],
    ...(owner === undefined ? [] : ([['Owner', plain(owner)]] as [string, string][])),
    ...(baseline === undefined ? [] : ([['Baseline', plain(baseline)]] as [string, string][])),
    ['Since', formatInstant(new Date(since))],
    ['Window', `ended ${formatInstant(windowEnd)}`],
  ]
}
