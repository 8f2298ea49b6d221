import type { Api } from '../client/api-client.ts'
import { tableLines, type TableColumn } from '../compare/table.ts'
import { escapeControls, printable } from '../shared/text.ts'
import type { Matcher } from '../../control/alerting/silences.ts'
import { matcherText } from './matcher.ts'

/** A silence as the API answers it. */
export interface ListedSilence {
  id: string
  state: 'pending' | 'active' | 'expired'
  matchers: Matcher[]
  start: string
  end: string
  author: string
  comment: string
}

/** Where no terminal says how wide it is. */
const WIDTH = 200
const time = (instant: string) => instant.replace('T', ' ').slice(0, 16)

const COLUMNS: readonly TableColumn<ListedSilence>[] = [
  { title: 'id', align: 'left', cell: ({ id }) => id },
  { title: 'state', align: 'left', cell: ({ state }) => state },
  { title: 'from (UTC)', align: 'left', cell: ({ start }) => time(start), dropped: 2 },
  { title: 'until (UTC)', align: 'left', cell: ({ end }) => time(end) },
  {
    title: 'matchers',
    align: 'left',
    cell: ({ matchers }) => printable(matchers.map(matcherText).join(' ')),
    shrinksTo: 20,
  },
  { title: 'by', align: 'left', cell: ({ author }) => printable(author), shrinksTo: 8 },
  { title: 'comment', align: 'left', cell: ({ comment }) => printable(comment), shrinksTo: 10, dropped: 1 },
]

/** Prints the silences that have not ended, or all of them. */
export async function list(api: Api, { all, json }: { all: boolean; json: boolean }): Promise<void> {
  const { silences } = await api.get<{ silences: ListedSilence[] }>('/silences?limit=1000')
  const shown = silences.filter(({ state }) => all || state !== 'expired')
  process.stdout.write(
    json ? `${escapeControls(JSON.stringify(shown, null, 2))}\n` : lines(shown, all).map((line) => `${line}\n`).join(''),
  ) // prettier-ignore
}

function lines(silences: readonly ListedSilence[], all: boolean): string[] {
  if (silences.length === 0)
    return [
      `No silences${all ? '' : ' that are active or scheduled; use --all to list those that have ended'}.`,
    ]
  const { title, lines: rows } = tableLines(
    COLUMNS,
    silences,
    process.stdout.columns ?? WIDTH,
    (cell) => cell,
  )
  return [title, ...rows]
}
