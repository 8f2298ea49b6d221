import type { Api } from '../client/api-client.ts'
import type { TableColumn } from '../compare/table.ts'
import { minuteOf, say, sayJson, sayTable } from '../shared/print.ts'
import { printable } from '../shared/text.ts'
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

const COLUMNS: readonly TableColumn<ListedSilence>[] = [
  { title: 'id', align: 'left', cell: ({ id }) => id },
  { title: 'state', align: 'left', cell: ({ state }) => state },
  { title: 'from (UTC)', align: 'left', cell: ({ start }) => minuteOf(start), dropped: 2 },
  { title: 'until (UTC)', align: 'left', cell: ({ end }) => minuteOf(end) },
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
  if (json) sayJson(shown)
  else if (shown.length > 0) sayTable(COLUMNS, shown)
  else
    say(`No silences${all ? '' : ' that are active or scheduled; use --all to list those that have ended'}.`)
}
