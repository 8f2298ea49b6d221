import { formatCount } from '../../charts/format.ts'
import { commonBins, commonScale, smallBars } from '../../charts/small-bars.ts'
import type { DistributionBin } from '../../charts/data.ts'
import { isBreach } from '../../domain/verdict.ts'
import { badge, effectBar, section, verdictText } from '../html/parts.ts'
import { leftOut, table, type TableColumn } from '../html/table.ts'
import { html, name, type Html } from '../html/html.ts'
import type { ComparedColumn, CompareReport } from './data.ts'
import type { Limits } from './limits.ts'

const FIGURES: TableColumn<ComparedColumn>[] = [
  { title: 'PSI', kind: 'number', cell: ({ figures }) => figures.psi },
  { title: 'D or V', cell: ({ figures }) => html`<span class="nowrap">${figures.distance}</span>` },
  { title: 'p', kind: 'number', cell: ({ figures }) => figures.p },
  { title: 'Missing, %', kind: 'number', cell: ({ figures }) => figures.missing },
]

/** The columns, the most severe first, with their effects and their distributions in small. */
export function overview(
  { columns, thresholds }: CompareReport,
  hasChart: ReadonlySet<number>,
  limits: Limits,
): Html {
  return section({
    title: 'Columns',
    id: 'columns',
    lead: `The most severe first. The marks on a bar of effect are the thresholds ${thresholds.warning} (warning) and ${thresholds.critical} (critical). In the small charts the baseline is outlined and the current file is filled.`,
    body: table<ComparedColumn>(
      'Columns, the most severe first',
      [
        { title: 'Verdict', cell: ({ verdict }) => badge(verdict) },
        {
          title: 'Column',
          isName: true,
          cell: ({ column }, i) =>
            hasChart.has(i) ? html`<a href="#column-${i}">${name(column)}</a>` : name(column),
        },
        { title: 'Kind', ifRoom: true, cell: ({ kind }) => kind },
        {
          title: 'Effect',
          kind: 'number',
          cell: ({ effect, figures, verdict }) =>
            html`${figures.effect}${effectBar(effect, verdict, thresholds)}`,
        },
        { title: 'Distribution', cell: ({ bins }) => miniature(bins) },
        ...FIGURES,
      ],
      columns,
      {
        below: ({ verdict, explanation }) => (verdict === 'ok' ? '' : explanation),
        bytes: limits.overview,
        instead: (rest) => further(rest, { ...limits, rows: limits.rows - (columns.length - rest.length) }),
      },
    ),
  })
}

/** The columns for whose pictures there is no room: with their figures alone, or counted. */
function further(columns: readonly ComparedColumn[], { rows, figures: bytes, wayOut }: Limits): Html {
  const listed = columns.filter((column, i) => i < rows || isExplained(column))
  const calm = columns.length - listed.length
  const figures =
    listed.length > 0 &&
    html`<h3 class="further">${formatCount(listed.length)} more columns</h3>
      <p class="lead">Without pictures and explanations, to keep this file small. ${wayOut}</p>
      ${table<ComparedColumn>(
        'More columns, without pictures',
        [
          { title: 'Verdict', cell: ({ verdict }) => verdictText(verdict) },
          { title: 'Column', isName: true, cell: ({ column }) => name(column) },
          { title: 'Effect', kind: 'number', cell: ({ figures }) => figures.effect },
          ...FIGURES,
        ],
        listed,
        { bytes, instead: ({ length }) => leftOut(length, 'column', wayOut) },
      )}`
  return html`${figures}${calm > 0 && leftOut(calm, 'column', `None of them was found to have drifted. ${wayOut}`)}`
}

const SIZE = { width: 120, height: 28 }

/** Both sides over the same bins, as two paths: one for the outlines of the baseline and one for the current file. */
function miniature(bins: readonly DistributionBin[]): Html | string {
  if (bins.length === 0) return ''
  const bars = smallBars(bins, commonBins([bins]), { ...SIZE, max: commonScale([bins]) })
  const path = (height: (bar: (typeof bars)[number]) => number) =>
    bars
      .filter((bar) => height(bar) > 0)
      .map(
        (bar) =>
          `M${fixed(bar.x)} ${SIZE.height}v-${fixed(height(bar))}h${fixed(bar.width)}v${fixed(height(bar))}z`,
      )
      .join('')
  return html`<svg class="mini" viewBox="0 0 ${SIZE.width} ${SIZE.height}" aria-hidden="true">
    <path class="w" d="${path(({ window }) => window)}" />
    <path class="b" d="${path(({ baseline }) => baseline)}" />
  </svg>`
}

const fixed = (x: number) => String(Math.round(10 * x) / 10)

/** Whether a column is one that the report explains at length. */
export const isExplained = ({ verdict }: ComparedColumn) => isBreach(verdict) || verdict === 'unconfirmed'
