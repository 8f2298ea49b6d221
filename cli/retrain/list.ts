import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import type { TableColumn } from '../compare/table.ts'
import { printable } from '../shared/text.ts'
import { noteOf, type Retrain } from './print.ts'
import { say, sayJson, sayTable } from '../shared/print.ts'

export interface ListOptions {
  model?: string
  monitor?: string
  status?: string
  json: boolean
}

const COLUMNS: readonly TableColumn<Retrain>[] = [
  { title: 'requested', align: 'left', cell: ({ created_at }) => created_at.replace('T', ' ').slice(0, 19) },
  { title: 'id', align: 'left', cell: ({ id }) => id },
  { title: 'model', align: 'left', cell: ({ model }) => printable(model), shrinksTo: 8 },
  { title: 'kind', align: 'left', cell: ({ kind }) => printable(kind) },
  { title: 'status', align: 'left', cell: ({ status }) => status },
  {
    title: 'version',
    align: 'left',
    cell: ({ version }) => printable(version ?? ''),
    shrinksTo: 7,
    dropped: 1,
  },
  { title: 'note', align: 'left', cell: (one) => printable(noteOf(one)), shrinksTo: 20, dropped: 2 },
]

/** Prints requests, newest first. */
export async function list(api: Api, { json, ...filter }: ListOptions): Promise<void> {
  const query = new URLSearchParams(Object.entries(filter)).toString()
  const found = await listAll<Retrain>(api, `/retrains${query === '' ? '' : `?${query}`}`, 'retrains')
  if (json) sayJson(found)
  else if (found.length === 0) say('No retraining requests.')
  else sayTable(COLUMNS, found)
}
