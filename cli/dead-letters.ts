import { Command, InvalidArgumentError } from 'commander'
import type { Environment } from '../config.ts'
import type { Api } from './api-client.ts'
import { tableLines, type TableColumn } from './compare/table.ts'
import { escapeControls, printable, truncate } from './compare/text.ts'
import { parseName } from './options.ts'

interface DeadLetter {
  source: string
  partition: number
  offset: number
  received_at: string
  model: string
  reason: string
  detail: string
  payload: string
}

interface ListOptions {
  model?: string
  limit: number
  json: boolean
}

const MOST = 1000
/** Where no terminal says how wide it is. */
const WIDTH = 200
/** Payloads may have a million characters; a line shows the beginning. */
const PAYLOAD_SHOWN = 60
const DETAIL_SHOWN = 300

/** `driftgauge dead-letters …`. */
export function deadLettersCommand(environment: Environment): Command {
  const command = new Command('dead-letters').description('look at what could not be read')
  command
    .command('list')
    .summary('list what could not be read, newest first, with the reason')
    .description('Lists what could not be read, newest first, with the reason.')
    .option('--model <model>', 'of one model only', parseName)
    .option('--limit <number>', `at most so many, up to ${MOST}`, parseLimit, 20)
    .option('--json', 'print them as JSON, payloads in full', false)
    .action(async (options: ListOptions) => {
      const { withApi } = await import('./api-client.ts')
      await withApi(environment, ({ api }) => list(api, options))
    })
  return command
}

async function list(api: Api, { model, limit, json }: ListOptions): Promise<void> {
  const only = model === undefined ? '' : `&model=${encodeURIComponent(model)}`
  const letters: DeadLetter[] = []
  let cursor: string | null | undefined
  do {
    const from = cursor == null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await api.get<{ dead_letters: DeadLetter[]; next_cursor?: string | null }>(
      `/dead-letters?limit=${limit - letters.length}${only}${from}`,
    )
    letters.push(...page.dead_letters)
    cursor = page.next_cursor
  } while (cursor != null && letters.length < limit)
  if (json) process.stdout.write(`${escapeControls(JSON.stringify(letters, null, 2))}\n`)
  else
    process.stdout.write(
      lines(letters, model, limit)
        .map((line) => `${line}\n`)
        .join(''),
    )
}

const COLUMNS: readonly TableColumn<DeadLetter>[] = [
  { title: 'received', align: 'left', cell: ({ received_at }) => received_at.replace('T', ' ').slice(0, 19) },
  { title: 'model', align: 'left', cell: ({ model }) => printable(model), shrinksTo: 8 },
  { title: 'source', align: 'left', cell: ({ source }) => printable(source), shrinksTo: 8, dropped: 1 },
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

function lines(letters: readonly DeadLetter[], model: string | undefined, limit: number): string[] {
  if (letters.length === 0)
    return [
      model === undefined
        ? 'There are no dead letters.'
        : `There are no dead letters of the model "${model}".`,
    ]
  const { title, lines: rows } = tableLines(COLUMNS, letters, process.stdout.columns ?? WIDTH, (cell) => cell)
  const more =
    letters.length === limit ? [`The newest ${limit}; --limit shows more, --json the payloads in full.`] : []
  return [title, ...rows, ...more]
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > MOST)
    throw new InvalidArgumentError(`give a whole number from 1 to ${MOST}`)
  return Number(text)
}
