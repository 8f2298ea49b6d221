import type { z } from 'zod'
import type { monitorRoutes } from '../../api/contract/monitors.ts'
import { isBreach, type Verdict } from '../../domain/verdict.ts'
import { asOptions } from '../client/advise.ts'
import type { Api } from '../client/api-client.ts'
import { explanationLines, MARKS } from '../compare/marks.ts'
import type { TableColumn } from '../compare/table.ts'
import { paintOn } from '../shared/paint.ts'
import { minuteOf, outputWidth, say, sayJson, sayTable, WIDEST } from '../shared/print.ts'
import { plural, printable, thousands } from '../shared/text.ts'
import { VERDICT_RANK } from '../shared/verdict-rank.ts'
import { MONITORS } from './kinds.ts'
import { orMissing } from './missing.ts'

type Outcome = z.output<(typeof monitorRoutes.runMonitor.answers)[200]>
type Result = Outcome['results'][number] & { verdict: Verdict }

export interface RunOptions {
  asOf?: string
  json: boolean
}

const COLUMNS: readonly TableColumn<Result>[] = [
  { title: 'verdict', align: 'left', cell: ({ verdict }) => `${MARKS[verdict].icon} ${MARKS[verdict].word}` },
  { title: 'kind', align: 'left', cell: ({ kind }) => printable(kind) },
  { title: 'column', align: 'left', cell: ({ column }) => printable(column), shrinksTo: 10 },
  { title: 'slice', align: 'left', cell: sliceOf, shrinksTo: 8, dropped: 1 },
  { title: 'effect', align: 'right', cell: ({ effect }) => effect?.toFixed(3) ?? '' },
]

/** Evaluates the newest windows now, and prints what is not ok. Returns whether anything drifted. */
export async function runMonitor(api: Api, name: string, { asOf, json }: RunOptions): Promise<boolean> {
  const outcome = await orMissing(
    MONITORS,
    asOptions(api.post<Outcome>(`/monitors/${name}/run`, { asOf }), { asOf: '--as-of' }),
  )
  const results = outcome.results as Result[]
  if (json) sayJson(outcome)
  else describe(outcome, results)
  return results.some(({ verdict }) => isBreach(verdict))
}

function describe({ windows }: Outcome, results: readonly Result[]): void {
  if (windows.length === 0) return void say('No window is complete yet, so nothing was evaluated.')
  for (const { part, end } of windows)
    say(printable(`Evaluated the window of ${part} that ended ${minuteOf(end)} UTC.`))
  const worst = results
    .filter(({ verdict }) => verdict !== 'ok')
    .sort((a, b) => VERDICT_RANK[b.verdict] - VERDICT_RANK[a.verdict] || (b.effect ?? 0) - (a.effect ?? 0))
  const fine = results.length - worst.length
  say(`${plural(results.length, 'result')}, ${thousands(fine)} of them ok. No alert was raised.`)
  if (worst.length === 0) return
  const paint = paintOn(process.stdout)
  say('')
  const width = Math.min(outputWidth(), WIDEST)
  sayTable(COLUMNS, worst, {
    style: (cell, { verdict }, { title }) => (title === 'verdict' ? paint(MARKS[verdict].style, cell) : cell),
    below: ({ explanation }) => explanationLines(explanation, width),
  })
}

/** The segment or version that a result is about. */
function sliceOf({ segment, version }: Result): string {
  if (version !== '') return printable(`version ${version}`)
  return printable(segment)
}
