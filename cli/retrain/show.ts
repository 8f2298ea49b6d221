import type { Api } from '../client/api-client.ts'
import { printable } from '../shared/text.ts'
import { callLines, headline, sayJson, type Detail } from './print.ts'
import { say } from '../shared/print.ts'

/** Prints one request with all that happened to it. */
export async function show(api: Api, id: string, json: boolean): Promise<void> {
  const detail = await api.get<Detail>(`/retrains/${id}`)
  if (json) sayJson(detail)
  else for (const line of description(detail)) say(line)
}

function description(detail: Detail): string[] {
  const { summary, training, events, call } = detail
  return [
    headline(detail),
    printable(summary),
    `train on ${training.from} to ${training.to}`,
    '',
    ...events.map(({ at, type, by, comment, error }) => {
      const said = comment || (error ?? '')
      return printable(`${at}  ${type.padEnd(17)} ${by}${said === '' ? '' : `: ${said}`}`)
    }),
    ...(call === null ? [] : ['', ...callLines(call)]),
  ]
}
