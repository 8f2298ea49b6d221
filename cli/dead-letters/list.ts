import type { Api } from '../client/api-client.ts'
import type { TableColumn } from '../compare/table.ts'
import { say, sayJson, sayTable } from '../shared/print.ts'
import { printable, truncate } from '../shared/text.ts'
import { filterQuery, type DeadLetter, type Filter } from './dead-letter.ts'

export interface ListOptions extends Filter {
  limit: number
  json: boolean
}

/** Payloads may have a million characters; a line shows the beginning. */
const PAYLOAD_SHOWN = 60
const DETAIL_SHOWN = 300

/** Prints the newest dead letters. */
export async function list(api: Api, { limit, json, ...filter }: ListOptions): Promise<void> {
  const deadLetters: DeadLetter[] = []
  let cursor: string | null | undefined
  do {
    const from = cursor == null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await api.get<{ dead_letters: DeadLetter[]; next_cursor?: string | null }>(
      `/dead-letters?limit=${limit - deadLetters.length}${filterQuery(filter)}${from}`,
    )
    deadLetters.push(...page.dead_letters)
    cursor = page.next_cursor
  } while (cursor != null && deadLetters.length < limit)
  if (json) sayJson(deadLetters)
  else if (deadLetters.length === 0) say(nothingFound(filter))
  else {
    sayTable(COLUMNS, deadLetters)
    if (deadLetters.length === limit)
      say(`Showing the newest ${limit}. Use --limit to list more, and --json to see full payloads.`)
  }
}

const COLUMNS: readonly TableColumn<DeadLetter>[] = [
  { title: 'received', align: 'left', cell: ({ received_at }) => received_at.replace('T', ' ').slice(0, 19) },
  { title: 'id', align: 'left', cell: ({ id }) => printable(id) },
  { title: 'model', align: 'left', cell: ({ model }) => printable(model), shrinksTo: 8, dropped: 1 },
  { title: 'reason', align: 'left', cell: ({ reason }) => printable(reason) },
  { title: 'detail', align: 'left', cell: ({ detail }) => visible(detail, DETAIL_SHOWN), shrinksTo: 30 },
  {
    title: 'payload',
    align: 'left',
    cell: ({ payload }) => visible(payload, PAYLOAD_SHOWN),
    shrinksTo: 12,
    dropped: 2,
  },
]

const visible = (text: string, cells: number) => truncate(printable(text.slice(0, cells + 1)), cells)

function nothingFound(filter: Filter): string {
  const conditions = Object.entries(filter).map(([key, value]) => `${key} "${value}"`)
  return `No dead letters${conditions.length === 0 ? '' : ` with ${conditions.join(', ')}`}.`
}
