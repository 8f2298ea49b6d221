import type { AlertEvent } from '../store/alert-events.ts'
import type { Message, MessageMember } from './message.ts'
import { effectText, instantText, memberName, plain, subject, upperFirst } from './wording.ts'

const MOST_LISTED = 20
/** As on the dashboard, light: readable on white, and told by the word as well. */
const COLOURS: Record<string, string> = { critical: '#701000', warning: '#7A5C00', resolved: '#0B5A8A' }
const FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** The plain text of the mail. */
export function emailText(event: AlertEvent, message: Message): string {
  const { title, text, recommendation, link, members } = message
  const listed = members
    .slice(0, MOST_LISTED)
    .map((member) => `- ${memberName(member)} (${member.severity})${seenText(member)}\n  ${member.chart}`)
  return [
    title,
    text,
    ...(recommendation === '' ? [] : [`What to do: ${recommendation}`]),
    [...listed, ...moreText(message)].join('\n'),
    `The alert: ${link}`,
    facts(event).map(([name, value]) => `${name}: ${value}`).join('\n'),
  ].join('\n\n') // prettier-ignore
}

/** The HTML of the mail: inline styles and no scripts, as mail programs leave little else. Names are escaped. */
export function emailHtml(
  event: AlertEvent,
  message: Message,
  picture: { cid: string; width: number; alt: string } | undefined,
): string {
  const status = event.status === 'resolved' ? 'resolved' : event.severity
  const colour = COLOURS[status]
  const rows = message.members.slice(0, MOST_LISTED).map(memberRow).join('')
  const more = moreText(message).map(
    (text) => `<tr><td style="padding:8px 0;color:#5B6470">${text}</td></tr>`,
  )
  const advice =
    message.recommendation === ''
      ? ''
      : `<p style="margin:0 0 20px;padding:12px 16px;background:#F0F2F5;border-radius:6px"><strong>What to do:</strong> ${escapeHtml(message.recommendation)}</p>`
  const image =
    picture === undefined
      ? ''
      : `<p style="margin:0 0 20px"><img src="cid:${picture.cid}" width="${picture.width}" alt="${escapeHtml(picture.alt)}" style="display:block;width:100%;max-width:${picture.width}px;height:auto;border:0"></p>`
  const details = facts(event)
    .map(([name, value]) => `<tr><td style="padding:2px 16px 2px 0;color:#5B6470;white-space:nowrap;vertical-align:top">${name}</td><td style="padding:2px 0;word-break:break-word">${escapeHtml(value)}</td></tr>`)
    .join('') // prettier-ignore
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light"><title>${escapeHtml(message.title)}</title></head>
<body style="margin:0;padding:0;background:#F0F2F5;color:#1B2430;font-family:${FONT};font-size:15px;line-height:1.5">
<div style="max-width:640px;margin:0 auto;padding:16px 8px">
<div style="background:#FFFFFF;border-top:4px solid ${colour};border-radius:6px;padding:24px 20px">
<p style="margin:0 0 8px;color:${colour};font-size:13px;font-weight:bold;letter-spacing:.04em;text-transform:uppercase">${status}</p>
<h1 style="margin:0 0 12px;font-size:21px;line-height:1.3;word-break:break-word">${escapeHtml(plain(`${upperFirst(subject(event.kind))} in ${event.model}`))}</h1>
<p style="margin:0 0 20px;word-break:break-word">${escapeHtml(message.text)}</p>
${advice}${image}<table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse;margin:0 0 20px">${rows}${more.join('')}</table>
<p style="margin:0 0 24px">${button(message.link, 'Open the alert', colour)}</p>
<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:13px">${details}</table>
</div>
<p style="margin:12px 0 0;text-align:center;color:#5B6470;font-size:12px">Sent by Driftgauge, because the monitor or a route names this channel.</p>
</div></body></html>`
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function memberRow(member: MessageMember): string {
  const name = `<a href="${escapeHtml(member.chart)}" style="color:#0B5A8A;font-weight:bold">${escapeHtml(memberName(member))}</a>`
  const severity = `<span style="color:${COLOURS[member.severity]};font-weight:bold">${member.severity}</span>`
  return `<tr><td style="padding:10px 0;border-top:1px solid #E4E7EB;word-break:break-word">${name} &nbsp;${severity}<br><span style="color:#3C4652">${escapeHtml(seen(member))}</span></td></tr>`
}

function button(url: string, text: string, colour: string): string {
  return `<a href="${escapeHtml(url)}" style="display:inline-block;padding:10px 20px;background:${colour};color:#FFFFFF;border-radius:6px;text-decoration:none;font-weight:bold">${text}</a>`
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
  return rest === 0 ? [] : [`and ${rest} more on the page of the alert`]
}

function facts({ model, monitor, baseline, members, windowEnd }: AlertEvent): [string, string][] {
  const since = Math.min(...members.map((member) => Date.parse(member.since)))
  return [
    ['Model', model],
    ['Monitor', monitor],
    ...(baseline === undefined ? [] : ([['Baseline', plain(baseline)]] as [string, string][])),
    ['Since', instantText(new Date(since))],
    ['Window', `ended ${instantText(windowEnd)}`],
  ]
}
