import type { z } from 'zod'
import type { annotationRoutes } from '../../api/contract/incidents/annotations.ts'
import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import type { TableColumn } from '../compare/table.ts'
import { minuteOf, say, sayJson, sayTable } from '../shared/print.ts'
import { printable } from '../shared/text.ts'

type Annotation = z.input<(typeof annotationRoutes.createAnnotation.answers)[201]>

/** Makes an annotation, unless there is one of the same external id. */
export async function add(
  api: Api,
  text: string,
  { by, externalId, json, ...given }: { by: string; externalId?: string; json: boolean },
): Promise<void> {
  const body = {
    ...given,
    text,
    created_by: by,
    ...(externalId !== undefined && { external_id: externalId }),
  }
  const annotation = await api.post<Annotation>('/annotations', body)
  if (json) sayJson(annotation)
  else say(`Annotation ${annotation.id} at ${annotation.from}.`)
}

const COLUMNS: readonly TableColumn<Annotation>[] = [
  { title: 'id', align: 'left', cell: ({ id }) => id },
  { title: 'from (UTC)', align: 'left', cell: ({ from }) => minuteOf(from) },
  {
    title: 'to (UTC)',
    align: 'left',
    cell: ({ to }) => (to === null ? '' : minuteOf(to)),
    dropped: 2,
  },
  { title: 'kind', align: 'left', cell: ({ kind }) => kind },
  { title: 'model', align: 'left', cell: ({ model }) => model ?? 'all', shrinksTo: 8 },
  { title: 'text', align: 'left', cell: ({ text }) => printable(text), shrinksTo: 20 },
  {
    title: 'by',
    align: 'left',
    cell: ({ created_by }) => printable(created_by),
    shrinksTo: 8,
    dropped: 1,
  },
]

/** Prints annotations, a line each. */
export async function list(
  api: Api,
  { json, ...filter }: { model?: string; from?: string; to?: string; json: boolean },
): Promise<void> {
  const query = new URLSearchParams(filter).toString()
  const found = await listAll<Annotation>(
    api,
    `/annotations${query === '' ? '' : `?${query}`}`,
    'annotations',
  )
  if (json) sayJson(found)
  else if (found.length > 0) sayTable(COLUMNS, found)
  else say('No annotations.')
}

/** Removes an annotation. */
export async function remove(api: Api, id: string): Promise<void> {
  await api.delete(`/annotations/${id}`)
  say(`Annotation ${id} removed.`)
}
