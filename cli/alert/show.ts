import type { Api } from '../client/api-client.ts'
import { outputWidth, say, sayJson, WIDEST } from '../shared/print.ts'
import { printable, wrap } from '../shared/text.ts'
import { orMissing, standingOf, type AlertDetail } from './alert.ts'

/** Lines of one part; the rest is counted. */
const SHOWN = 20

/** Prints one alert with all that happened to it. */
export async function show(api: Api, id: string, json: boolean): Promise<void> {
  const alert = await orMissing(api.get<AlertDetail>(`/alerts/${id}`))
  if (json) return void sayJson(alert)
  const width = Math.min(outputWidth(), WIDEST)
  for (const line of description(alert)) {
    const indent = /^ */.exec(line)![0]
    for (const part of wrap(printable(line.trimStart()), width - indent.length)) say(`${indent}${part}`)
    if (line === '') say('')
  }
}

function description(alert: AlertDetail): string[] {
  const { id, model, monitor, kind, current, summary, recommendation, owner, baseline, channels } = alert
  return [
    `${standingOf(alert)}  ${kind} of ${model}, monitor ${monitor}, window until ${alert.window_end}`,
    ...(current === null || current === id ? [] : [`This is an earlier event of the alert. The newest is ${current}.`]),
    '',
    summary,
    ...(recommendation === '' ? [] : [recommendation]),
    '',
    `owner: ${owner ?? 'not stated'}`,
    `baseline: ${baseline ?? 'none'}`,
    `channels: ${channels.length === 0 ? 'none' : channels.join(', ')}`,
    ...mutings(alert),
    ...part('Columns', alert.members.map(memberLine)),
    ...part('History, newest first', alert.transitions.map(transitionLine)),
    ...part('Deliveries, newest first', alert.deliveries.map(deliveryLine)),
  ] // prettier-ignore
}

function mutings({ acknowledged, silenced, inhibited }: AlertDetail): string[] {
  return [
    ...(acknowledged === null
      ? []
      : [`acknowledged by ${acknowledged.by} at ${acknowledged.at}${after(acknowledged.comment)}`]),
    ...(silenced === null
      ? []
      : [`silenced by ${silenced.author} until ${silenced.end}${after(silenced.comment)} (${silenced.id})`]),
    ...(inhibited === null ? [] : [`muted by ${inhibited.by}${after(inhibited.summary)}`]),
  ]
}

function part(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const left = lines.length - SHOWN
  return [
    '',
    `${title}:`,
    ...lines.slice(0, SHOWN).map((line) => `  ${line}`),
    ...(left > 0 ? [`  … and ${left} more; --json lists all`] : []),
  ]
}

function memberLine({ column, segment, version, severity, since, explanation }: AlertDetail['members'][number]) {
  const name = column === '' ? 'the whole model' : column
  const slice = [segment, version === '' ? '' : `version ${version}`].filter((one) => one !== '')
  return `${severity}  ${[name, ...slice].join(', ')} since ${since}${after(explanation ?? '')}`
} // prettier-ignore

function transitionLine({ created_at, status, severity, reason, scope, column }: AlertDetail['transitions'][number]) {
  return `${created_at}  ${scope === 'alert' ? 'alert' : column || 'member'} ${status} (${severity}): ${reason}`
} // prettier-ignore

function deliveryLine({ at, channel, status, error, muted_by }: AlertDetail['deliveries'][number]) {
  return `${at}  ${channel} ${status}${after(error ?? muted_by ?? '')}`
}

const after = (text: string) => (text === '' ? '' : `: ${text}`)
