import { distributionHeight, distributionOption } from '../../charts/distribution.ts'
import { formatCount } from '../../charts/format.ts'
import { distributionSummary } from '../../charts/summary.ts'
import { distributionTable, rowText } from '../../charts/table.ts'
import { chartSvg } from '../html/chart.ts'
import { html, name, shortened, type Html } from '../html/html.ts'
import { badge, details, facts, nothing, section, table } from '../html/parts.ts'
import type { ComparedColumn, CompareReport } from './data.ts'
import { isExplained, type RowLimits } from './overview.ts'

export interface ChartLimits extends RowLimits {
  /** How many bytes all charts may take together. */
  bytes: number
  /** How many of the columns without drift get one. */
  others: number
}

/** Of a comparison that is sent around: under a megabyte in all, whatever the files are like. */
export const USUAL_LIMITS = { bytes: 480_000, others: 20, rows: 200 }
export const NO_LIMITS = { bytes: Infinity, others: Infinity, rows: Infinity }

interface Drawn {
  sections: { drifted: Html; others: Html }
  /** Places in the report of the columns that have a part of their own. */
  hasChart: ReadonlySet<number>
}

/** A part for each column that drifted, and for the first of the others one that can be opened, while there is room. */
export function drawColumns({ columns }: CompareReport, { bytes, others, wayOut }: ChartLimits): Drawn {
  const hasChart = new Set<number>()
  const drawn = { explained: [] as Html[], calm: [] as Html[] }
  let left = bytes
  columns.forEach((column, i) => {
    const group = isExplained(column) ? 'explained' : 'calm'
    if (left <= 0 || (group === 'calm' && drawn.calm.length >= others)) return
    const made = group === 'explained' ? card(column, i) : folded(column, i)
    left -= Buffer.byteLength(made.text)
    drawn[group].push(made)
    hasChart.add(i)
  })
  const explained = columns.filter(isExplained).length
  const rest = (shown: number, all: number) =>
    shown < all &&
    html`<p class="nothing">
      Charts of ${formatCount(all - shown)} more columns are left out to keep this file small. ${wayOut}
    </p>`
  return {
    hasChart,
    sections: {
      drifted: section({
        title: 'What moved',
        id: 'moved',
        body:
          explained === 0
            ? nothing('No column reached a threshold.')
            : [...drawn.explained, rest(drawn.explained.length, explained)],
      }),
      others: section({
        title: 'Other columns',
        id: 'others',
        body:
          explained === columns.length
            ? nothing('There are none.')
            : [...drawn.calm, rest(drawn.calm.length, columns.length - explained)],
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
