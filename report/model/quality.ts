import { formatCount } from '../../charts/format.ts'
import type { Severity } from '../../domain/severity.ts'
import { html, name, type Content, type Html } from '../html/html.ts'
import { badge, nothing, section } from '../html/parts.ts'
import { leftOut, table } from '../html/table.ts'
import type { Answer, ModelReport } from './data.ts'
import { unavailable } from './figure.ts'

type Findings = Answer<'getFindings'>
type Severities = Findings['columns'][number]['severities']

/** Of the findings of all monitors. */
const BYTES = 100_000

/** What was wrong with the data, by each monitor that looks. */
export function qualitySection({ findings }: ModelReport): Html {
  const parts = findings.map(({ monitor, findings: part }) =>
    part.status === 'ready'
      ? found(part.data, BYTES / findings.length)
      : unavailable(`Data quality by monitor ${monitor}`, part.reason),
  )
  const body = parts.length === 0 ? nothing('No monitor checks the data of this model.') : parts
  return section({ title: 'Data quality', id: 'quality', body })
}

/** A finding about a column or about all data, and in how many of the cells of the period it was there. */
export interface FindingRow {
  severity: Severity
  about: string | undefined
  what: string
  cells: number
  newest: string | undefined
}

export function findingRows({ columns, model }: Findings): FindingRow[] {
  return [
    ...model.map(({ finding, severities, newest }) => ({
      ...countOf(severities),
      about: undefined,
      what: finding.replaceAll('_', ' '),
      newest: newest?.explanation,
    })),
    ...columns.map(({ column, severities, findings }) => ({
      ...countOf(severities),
      about: column,
      what: findings.map(({ finding }) => finding.replaceAll('_', ' ')).join(', ') || 'over by now',
      newest: findings.map(({ explanation }) => explanation).join(' ') || undefined,
    })),
  ].filter(({ cells }) => cells > 0)
}

function countOf(severities: Severities): { severity: Severity; cells: number } {
  const breached = severities.filter((one) => one === 'warning' || one === 'critical')
  return { severity: breached.includes('critical') ? 'critical' : 'warning', cells: breached.length }
}

function found(findings: Findings, bytes: number): Html {
  const { monitor, window_ends, newest, step } = findings
  const rows = findingRows(findings)
  const title = html`<h3>Monitor ${name(monitor)}</h3>`
  if (window_ends.length === 0)
    return html`<div class="card">${title}${nothing('Nothing was checked in the period.')}</div>`
  const units = step > 1 ? `groups of up to ${step} windows` : 'windows'
  const undecided = newest?.undecided ?? []
  const notes: Content = undecided.map(({ finding, until }) =>
    nothing(
      html`Could not be checked in the newest window: ${finding.replaceAll('_', ' ')}, until ${until}.`,
    ),
  )
  const body =
    rows.length === 0
      ? nothing(`Nothing was wrong in ${formatCount(window_ends.length)} ${units}.`)
      : table<FindingRow>(
          `Findings of monitor ${monitor}`,
          [
            { title: 'Worst', cell: ({ severity }) => badge(severity) },
            {
              title: 'Column',
              isName: true,
              cell: ({ about }) => (about === undefined ? 'All data' : name(about)),
            },
            { title: 'In the newest window', cell: ({ what }) => what },
            {
              title: step > 1 ? 'Groups of windows' : 'Windows',
              kind: 'number',
              cell: ({ cells }) => `${formatCount(cells)} of ${formatCount(window_ends.length)}`,
            },
          ],
          rows,
          {
            below: ({ newest: sentence }) => sentence,
            bytes,
            instead: ({ length }) => leftOut(length, 'finding', 'The API and the dashboard have them.'),
          },
        )
  return html`<div class="card">${title}${body}${notes}</div>`
}
