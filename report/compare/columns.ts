import { distributionHeight, distributionOption } from '../../charts/distribution.ts'
import { formatCount } from '../../charts/format.ts'
import { distributionSummary } from '../../charts/summary.ts'
import { distributionTable, rowText } from '../../charts/table.ts'
import { chartSvg } from '../html/chart.ts'
import { html, name, shortened, type Html } from '../html/html.ts'
import { badge, details, facts, nothing, section } from '../html/parts.ts'
import { leftOut, table, within } from '../html/table.ts'
import type { ComparedColumn, CompareReport } from './data.ts'
import type { Limits } from './limits.ts'
import { isExplained } from './overview.ts'

interface Drawn {
  sections: { drifted: Html; others: Html }
  /** Places in the report of the columns that have a part of their own. */
  hasChart: ReadonlySet<number>
}

/** A part for each column that drifted, and for the first of the others one that can be opened, while there is room. */
export function drawColumns({ columns }: CompareReport, { charts, others, wayOut }: Limits): Drawn {
  const placed = columns.map((column, i) => ({ column, i }))
  const explained = placed.filter(({ column }) => isExplained(column))
  const calm = placed.filter(({ column }) => !isExplained(column))
  const cards = within(explained.map(({ column, i }) => () => card(column, i)), charts) // prettier-ignore
  const left = cards.length < explained.length ? 0 : charts - cards.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) // prettier-ignore
  const more = within(calm.slice(0, others).map(({ column, i }) => () => folded(column, i)), left) // prettier-ignore
  const shown = [...explained.slice(0, cards.length), ...calm.slice(0, more.length)]
  const rest = (left: number) => left > 0 && leftOut(left, 'chart', wayOut)
  return {
    hasChart: new Set(shown.map(({ i }) => i)),
    sections: {
      drifted: section({
        title: 'What moved',
        id: 'moved',
        body:
          explained.length === 0
            ? nothing('No column reached a threshold.')
            : [...cards, rest(explained.length - cards.length)],
      }),
      others: section({
        title: 'Other columns',
        id: 'others',
        body: calm.length === 0 ? nothing('There are none.') : [...more, rest(calm.length - more.length)],
      }),
    },
  }
}

function card(column: ComparedColumn, i: number): Html {
  return html`<article class="card" id="column-${i}">
    <header>
      ${badge(column.verdict)}
      <h3>${name(column.column)}</h3>
      <span class="soft">${column.kind}, effect ${column.figures.effect}</span>
    </header>
    <p>${column.explanation}</p>
    ${body(column, i)}
  </article> `
}

function folded(column: ComparedColumn, i: number): Html {
  // A link to something within it opens it.
  return html`<details>
    <summary>
      ${badge(column.verdict)}<strong>${name(column.column)}</strong
      ><span class="soft">${column.kind}, effect ${column.figures.effect}</span>
    </summary>
    <div class="target" id="column-${i}">
      <p class="break">${column.explanation}</p>
      ${body(column, i)}
    </div>
  </details> `
}

/** The drawn chart is legible at this width, also where it is shrunk to a phone's. */
const WIDTH = 500
/** Bins that are listed at once; the rest can be opened. */
const LISTED = 6

function body(column: ComparedColumn, i: number): Html {
  const { bins, statistics } = column
  const figures = facts(statistics)
  if (bins.length === 0) return html`${nothing('There is no distribution to show.')}${figures}`
  const data = { column: column.column, bins, side: 'current file' }
  const summary = distributionSummary(data)
  const chart = chartSvg(
    {
      build: (appearance) => distributionOption({ ...data, ...appearance }),
      width: WIDTH,
      height: distributionHeight(bins),
      summary,
    },
    `c${i}`,
  )
  return html`<div class="pair">
    <figure>
      ${chart}
      <figcaption>${summary}</figcaption>
    </figure>
    <div>${contributions(column)}${figures}</div>
  </div>`
}

function contributions({ column, bins: all }: ComparedColumn): Html {
  const bins = all.filter(({ baselineShare, windowShare }) => baselineShare || windowShare)
  const { columns, rows } = distributionTable({ column, bins })
  const byPart = rows.toSorted((a, b) => Math.abs(Number(b[3])) - Math.abs(Number(a[3])))
  const texts = byPart.map((row) => rowText(row, columns))
  const list = (label: string, some: readonly string[][]) =>
    table(
      label,
      ['Bin', 'Baseline', 'Current', 'Part of PSI'].map((title, at) => ({
        title,
        ...(at === 0 ? { isName: true } : { kind: 'number' as const }),
        cell: (row: string[]) => (at === 0 ? name(row[0]) : row[at]),
      })),
      some,
      { bytes: Infinity },
    )
  const more = texts.slice(LISTED, MOST_LISTED)
  const beyond = texts.length - MOST_LISTED
  return html`${list(`Bins of ${shortened(column)}`, texts.slice(0, LISTED))}${
    more.length > 0 &&
    details(more.length === 1 ? '1 more bin' : `${more.length} more bins`, [
      list(`More bins of ${shortened(column)}`, more),
      beyond > 0 && nothing(`${formatCount(beyond)} more bins, each with a smaller part, are not listed.`),
    ])
  }`
}

/** Of columns with very many categories, those beyond add next to nothing. */
const MOST_LISTED = 60
