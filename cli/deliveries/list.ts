import type { Api } from '../client/api-client.ts'
import type { TableColumn } from '../compare/table.ts'
import { say, sayJson, sayTable } from '../shared/print.ts'
import { printable } from '../shared/text.ts'

/** A delivery as the API answers it. */
export interface ListedDelivery {
  id: string
  channel: string
  at: string
  status: string
  http_status: number | null
  latency_ms: number | null
  error: string | null
  muted_by: string | null
}

export interface ListOptions {
  status?: string
  limit: number
  json: boolean
}

const COLUMNS: readonly TableColumn<ListedDelivery>[] = [
  { title: 'time (UTC)', align: 'left', cell: ({ at }) => at.replace('T', ' ').slice(0, 19) },
  { title: 'channel', align: 'left', cell: ({ channel }) => channel, shrinksTo: 8 },
  { title: 'status', align: 'left', cell: ({ status }) => status },
  { title: 'latency', align: 'right', cell: ({ latency_ms }) => (latency_ms === null ? '' : `${latency_ms} ms`), dropped: 1 },
  { title: 'why', align: 'left', cell: ({ error, muted_by }) => printable(error ?? muted_by ?? ''), shrinksTo: 20 },
  { title: 'id', align: 'left', cell: ({ id }) => id },
] // prettier-ignore

/** Deliveries, newest first: of one status those that stand so now, else every attempt. */
export async function findDeliveries(
  api: Api,
  status: string | undefined,
  limit: number,
): Promise<ListedDelivery[]> {
  const filter = status === undefined ? '' : `&newest=true&status=${status}`
  return (await api.get<{ deliveries: ListedDelivery[] }>(`/deliveries?limit=${limit}${filter}`)).deliveries
}

/** Prints the delivery log. */
export async function list(api: Api, { status, limit, json }: ListOptions): Promise<void> {
  const found = await findDeliveries(api, status, limit)
  if (json) sayJson(found)
  else if (found.length > 0) sayTable(COLUMNS, found)
  else say(`No deliveries${status === undefined ? '' : ` with status ${status}`}.`)
}
