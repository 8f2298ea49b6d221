import type { Api } from '../client/api-client.ts'
import { printable } from '../shared/text.ts'
import { callLines, headline, type Detail } from './print.ts'
import { say, sayJson } from '../shared/print.ts'

/** Prints one request with all that happened to it. */
export async function show(api: Api, id: string, json: boolean): Promise<void> {
  const detail = await api.get<Detail>(`/retrains/${id}`)
  if (json) sayJson(detail)
  else for (const line of description(detail)) say(line)
}

function description(detail: Detail): string[] {
  const { summary, alerts, waiting, pending_baseline, training, events, call } = detail
  return [
    headline(detail),
    ...(waiting === null ? [] : [printable(waiting.reason)]),
    ...(pending_baseline === null
      ? []
      : [printable(`baseline of the new version: ${pending_baseline.reason}`)]),
    printable(summary),
    ...alerts
      .slice(1)
      .map((one) => printable(`also ${one.kind} (${one.severity}) of ${one.monitor}: ${one.summary}`)),
    `train on ${training.from} to ${training.to} (from ${BASES[training.basis]})`,
    ...training.exclude.map(({ from, to, reason }) => printable(`leave out ${from} to ${to}: ${reason}`)),
    '',
    ...events.map(({ at, type, by, comment, error }) => {
      const said = comment || (error ?? '')
      return printable(`${at}  ${type.padEnd(17)} ${by}${said === '' ? '' : `: ${said}`}`)
    }),
    ...(call === null ? [] : ['', ...callLines(call)]),
  ]
}

const BASES: Record<Detail['training']['basis'], string> = {
  change_point: 'the hour of the change',
  first_drifted_window: 'the first window that drifted',
  window: 'the beginning of the newest window',
}
