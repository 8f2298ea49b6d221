import { basename } from 'node:path'
import { isBreach, type Verdict } from '../../domain/verdict.ts'
import { paintOn, type Paint } from '../shared/paint.ts'
import { explanationLines, MARGIN, MARKS } from './marks.ts'
import { qualityLines } from './render-quality.ts'
import { decimal, percentages, probability, range } from './format.ts'
import type { Comparison } from './compare-files.ts'
import type { Files } from './inputs.ts'
import { legendLines } from './legend.ts'
import { bySeverity, type Findings, type ReportColumn } from './report.ts'
import { tableLines, type TableColumn } from './table.ts'
import { displayWidth, pad, printable, thousands, plural } from '../shared/text.ts'

export interface RenderContext {
  files: Files
  /** List all columns without drift as well. */
  all: boolean
  terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'hasColors'>
}

const SHOWN_WITHOUT_DRIFT = 20
const WIDTH = { without: 110, least: 60, most: 130 }

/** The report for people: a sentence, the files, a table with a reason under what drifted, how it was counted. */
export function renderReport(comparison: Comparison, context: RenderContext): string {
  const { report } = comparison
  const { terminal } = context
  const paint = paintOn(terminal)
  const width = terminal.isTTY
    ? Math.min(Math.max(terminal.columns || WIDTH.without, WIDTH.least), WIDTH.most)
    : WIDTH.without
  const { icon, style } = MARKS[report.verdict]
  return [
    `${paint(style, icon)} ${paint(['bold'], headline(report))}`,
    '',
    ...fileLines(report, context.files),
    '',
    ...tableOf(report, context, width, paint),
    '',
    ...qualityLines(report.quality, { all: context.all, width, paint }),
    '',
    ...legendLines(comparison, width - MARGIN.length).map((line) => paint(['dim'], MARGIN + line)),
  ].join('\n')
}

/** The verdict on all columns in a sentence. */
export function headline({ verdict, columns }: Findings): string {
  const number = (of: Verdict) => columns.filter((column) => column.verdict === of).length
  const [critical, warning] = [number('critical'), number('warning')]
  const [open, unconfirmed] = [number('insufficient_data'), number('unconfirmed')]
  const all = plural(columns.length, 'column')
  const rest =
    (unconfirmed > 0 ? ` Unconfirmed for ${thousands(unconfirmed)}.` : '') +
    (open > 0 ? ` No verdict for ${thousands(open)}.` : '')
  if (isBreach(verdict)) {
    const grave =
      critical === 0 ? '' : warning === 0 ? ', all critical' : `, ${thousands(critical)} of them critical`
    return `Drift: ${thousands(critical + warning)} of ${all} drifted${grave}.${rest}`
  }
  if (open === columns.length) return `No verdict: none of ${all} could be evaluated.`
  if (open > 0)
    return unconfirmed > 0
      ? `No verdict for ${thousands(open)} of ${all}, unconfirmed for ${thousands(unconfirmed)}.`
      : `No verdict for ${thousands(open)} of ${all}; no drift in the others.`
  return unconfirmed > 0
    ? `Unconfirmed: the effects on ${thousands(unconfirmed)} of ${all} reach a threshold but cannot be distinguished from chance.`
    : `No drift in ${all}.`
}

function fileLines(report: Findings, files: Files): string[] {
  const sides = [
    { side: 'baseline', name: printable(basename(files.baseline)), rows: thousands(report.baseline.rows) },
    { side: 'current ', name: printable(basename(files.current)), rows: thousands(report.current.rows) },
  ]
  const nameWidth = Math.max(...sides.map(({ name }) => displayWidth(name)))
  const rowsWidth = Math.max(...sides.map(({ rows }) => rows.length))
  return sides.map(
    ({ side, name, rows }) =>
      `${MARGIN}${side}  ${pad(name, nameWidth, 'left')}  ${pad(rows, rowsWidth, 'right')} rows`,
  )
}

const COLUMNS: TableColumn<ReportColumn>[] = [
  { title: 'verdict', align: 'left', cell: ({ verdict }) => `${MARKS[verdict].icon} ${MARKS[verdict].word}` },
  { title: 'column', align: 'left', cell: ({ column }) => printable(column), shrinksTo: 12 },
  { title: 'kind', align: 'left', cell: ({ kind }) => kind },
  { title: 'effect', align: 'right', cell: ({ effect }) => decimal(effect) },
  { title: 'noise floor', align: 'right', cell: ({ noise_floor }) => decimal(noise_floor), dropped: 2 },
  { title: 'PSI', align: 'right', cell: ({ statistics }) => decimal(statistics.psi?.value), dropped: 4 },
  { title: 'D or V', align: 'left', cell: distance, dropped: 1 },
  {
    title: 'p',
    align: 'right',
    cell: ({ statistics }) => probability((statistics.ks ?? statistics.chi_square)?.p_value),
    dropped: 3,
  },
  {
    title: 'missing %',
    align: 'right',
    cell: ({ baseline, current }) => percentages(share(baseline), share(current)),
  },
]

export function distance({ statistics: { ks, cramers_v } }: ReportColumn): string {
  if (ks) return `D ${range(ks.value, ks.bound)}`
  return cramers_v ? `V ${decimal(cramers_v.value)}` : ''
}

/** Of rows without a value. */
export const share = ({ n, missing }: { n: number; missing: number }) => (n === 0 ? 0 : missing / n)

function tableOf({ columns }: Findings, { all }: RenderContext, width: number, paint: Paint): string[] {
  const sorted = columns.toSorted(bySeverity)
  const calm = sorted.filter(({ verdict }) => verdict === 'ok')
  const hidden = all ? 0 : Math.max(0, calm.length - SHOWN_WITHOUT_DRIFT)
  const shown = sorted.slice(0, sorted.length - hidden)
  const { title, lines } = tableLines(COLUMNS, shown, width - MARGIN.length, (cell, { verdict }, column) =>
    column === COLUMNS[0] ? paint(MARKS[verdict].style, cell) : cell,
  )
  return [
    MARGIN + paint(['dim'], title),
    ...shown.flatMap((row, i) => [
      MARGIN + lines[i],
      ...(row.verdict === 'ok' ? [] : explanationLines(row.explanation, width)),
    ]),
    ...(hidden > 0 ? [`${MARGIN}and ${thousands(hidden)} more without drift; --all lists them`] : []),
  ]
}
