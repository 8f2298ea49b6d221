import type { Api } from '../client/api-client.ts'
import type { TableColumn } from '../compare/table.ts'
import { SOURCES } from '../declared/kinds.ts'
import { orMissing } from '../declared/missing.ts'
import { linesBelow, minuteOf, say, sayJson, sayTable } from '../shared/print.ts'
import { displayWidth, printable, thousands, truncate } from '../shared/text.ts'
import { filesOf, type FilesWanted, type SourceFile } from './files.ts'

export interface HistoryOptions {
  state?: SourceFile['state']
  limit: number
  json: boolean
}

const PATH_WIDTH = 60

const COLUMNS: readonly TableColumn<SourceFile>[] = [
  { title: 'path', align: 'left', cell: ({ path }) => shortPath(path, PATH_WIDTH), shrinksTo: 24 },
  { title: 'size', align: 'right', cell: ({ size }) => (size === 0 ? '' : sizeText(size)), dropped: 1 },
  { title: 'state', align: 'left', cell: ({ state }) => state },
  { title: 'rows', align: 'right', cell: ({ rows }) => (rows === null ? '' : thousands(rows)) },
  { title: 'accepted', align: 'right', cell: ({ accepted }) => thousands(accepted) },
  { title: 'rejected', align: 'right', cell: ({ rejected }) => thousands(rejected) },
  { title: 'when (UTC)', align: 'left', cell: ({ ended_at, seen_at }) => minuteOf(ended_at ?? seen_at) },
]

/** Prints files of a source, the newest first. */
export async function history(api: Api, name: string, { state, limit, json }: HistoryOptions): Promise<void> {
  const found = await orMissing(SOURCES, gathered(api, name, { state, limit }))
  if (json) sayJson(found)
  else if (found.length > 0) sayTable(COLUMNS, found, { below: ({ problem }) => linesBelow(problem) })
  else say(state === undefined ? `No files of "${name}" yet.` : `No files of "${name}" are ${state}.`)
}

async function gathered(api: Api, name: string, wanted: FilesWanted): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for await (const file of filesOf(api, name, wanted)) files.push(file)
  return files
}

/** A path without its middle: what tells files apart stands at its ends. */
function shortPath(path: string, limit: number): string {
  const text = printable(path)
  if (displayWidth(text) <= limit) return text
  const letters = Array.from(text)
  const end = Math.ceil(limit / 2)
  return `${truncate(text, limit - end)}${letters.slice(-end).join('')}`
}

function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
