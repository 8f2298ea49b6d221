import type { Api } from '../client/api-client.ts'
import { say, sayJson } from '../shared/print.ts'
import { printable } from '../shared/text.ts'
import { orMissing, type Alert } from './alert.ts'

export interface AckOptions {
  by: string
  comment: string
  json: boolean
}

/** Acknowledges an alert. */
export async function acknowledge(api: Api, id: string, { by, comment, json }: AckOptions): Promise<void> {
  const made = await orMissing(
    api.post<NonNullable<Alert['acknowledged']>>(`/alerts/${id}/ack`, { by, comment }),
  )
  if (json) sayJson(made)
  else say(`Alert ${id} is acknowledged by ${printable(made.by)}.`)
}

/** Withdraws the acknowledgement of an alert. */
export async function unacknowledge(api: Api, id: string): Promise<void> {
  await orMissing(api.delete(`/alerts/${id}/ack`))
  say(`Alert ${id} is not acknowledged any more.`)
}
