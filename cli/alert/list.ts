import type { Api } from '../client/api-client.ts'
import { MARKS } from '../compare/marks.ts'
import type { TableColumn } from '../compare/table.ts'
import { paintOn } from '../shared/paint.ts'
import { minuteOf, say, sayJson, sayTable } from '../shared/print.ts'
import { printable } from '../shared/text.ts'
import { standingOf, type Alert } from './alert.ts'

export interface ListOptions {
  model?: string
  status?: 'firing' | 'resolved'
  limit: number
  json: boolean
}

const COLUMNS: readonly TableColumn<Alert>[] = [
  { title: 'alert', align: 'left', cell: standingOf },
  { title: 'model', align: 'left', cell: ({ model }) => printable(model), shrinksTo: 8 },
  { title: 'monitor', align: 'left', cell: ({ monitor }) => printable(monitor), shrinksTo: 8, dropped: 2 },
  { title: 'window until (UTC)', align: 'left', cell: ({ window_end }) => minuteOf(window_end), dropped: 3 },
  { title: 'acknowledged', align: 'left', cell: ({ acknowledged }) => printable(acknowledged?.by ?? ''), shrinksTo: 8, dropped: 1 },
  { title: 'what', align: 'left', cell: ({ summary }) => printable(summary), shrinksTo: 16 },
  { title: 'id', align: 'left', cell: ({ id }) => printable(id) },
] // prettier-ignore

/** Prints alerts as they stand, newest first. */
export async function list(api: Api, { model, status, limit, json }: ListOptions): Promise<void> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(model !== undefined && { model }),
    ...(status !== undefined && { status }),
  }).toString()
  const { alerts, next_cursor: more } = await api.get<{ alerts: Alert[]; next_cursor?: string }>(`/alerts?${query}`) // prettier-ignore
  if (json) return void sayJson(alerts)
  if (alerts.length === 0) return void say(nothingFound(model, status))
  const paint = paintOn(process.stdout)
  sayTable(COLUMNS, alerts, {
    style: (cell, { status: now, severity }, { title }) =>
      title === 'alert' && now === 'firing' ? paint(MARKS[severity].style, cell) : cell,
  })
  if (more !== undefined) say(`Showing the newest ${limit}. Use --limit to list more.`)
}

function nothingFound(model: string | undefined, status: string | undefined): string {
  const which = status === undefined ? '' : `${status} `
  return `No ${which}alerts${model === undefined ? '' : ` of the model "${model}"`}.`
}
