import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import type { TableColumn } from '../compare/table.ts'
import { minuteOf, say, sayJson, sayTable } from '../shared/print.ts'
import { printable } from '../shared/text.ts'
import type { Key } from './key.ts'

const COLUMNS: readonly TableColumn<Key>[] = [
  { title: 'id', align: 'left', cell: ({ id }) => printable(id) },
  { title: 'created (UTC)', align: 'left', cell: ({ created_at }) => minuteOf(created_at), dropped: 1 },
  { title: 'last used (UTC)', align: 'left', cell: useOf, dropped: 2 },
  {
    title: 'refused from (UTC)',
    align: 'left',
    cell: ({ expires_at: expires }) => (expires === null ? '' : minuteOf(expires)),
    dropped: 3,
  },
  { title: 'scopes', align: 'left', cell: ({ scopes }) => printable(scopes.join(', ')) },
  { title: 'name', align: 'left', cell: ({ name }) => printable(name), shrinksTo: 12 },
]

/** Prints the stored keys, oldest first. */
export async function list(api: Api, json: boolean): Promise<void> {
  const keys = await listAll<Key>(api, '/keys', 'keys')
  if (json) sayJson(keys)
  else if (keys.length > 0) sayTable(COLUMNS, keys)
  else say('No keys are stored. "driftgauge key create NAME --scope read" creates one.')
}

function useOf({ last_used_at: used, uses_recorded_from: from, created_at: created }: Key): string {
  if (used !== null) return minuteOf(used)
  return from === created ? 'never' : `not since ${minuteOf(from)}`
}
