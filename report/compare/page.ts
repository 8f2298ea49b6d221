import { formatCount, formatInstant } from '../../charts/format.ts'
import { isBreach, VERDICTS, type Verdict } from '../../domain/verdict.ts'
import { facts, nothing, section, badge } from '../html/parts.ts'
import { leftOut, table, within } from '../html/table.ts'
import { html, name, type Html } from '../html/html.ts'
import { page } from '../html/page.ts'
import { tally } from '../html/tally.ts'
import { drawColumns } from './columns.ts'
import type { CompareReport } from './data.ts'
import type { Limits } from './limits.ts'
import { overview } from './overview.ts'

/** The comparison as a page of its own. */
export function comparePage(report: CompareReport, limits: Limits): string {
  const { headline, baseline, current, columns, release, createdAt } = report
  const { sections, hasChart } = drawColumns(report, limits)
  return page({
    title: `${headline} ${baseline.name} and ${current.name}`,
    head: html`<p class="eyebrow">Driftgauge comparison</p>
      <h1>${headline}</h1>
      ${tally(VERDICTS.toReversed().map((verdict) => [verdict, countOf(report, verdict)] as const))}
      ${facts([
        [
          'Baseline',
          html`${name(baseline.name)} <span class="soft">${formatCount(baseline.rows)} rows</span>`,
        ],
        ['Current', html`${name(current.name)} <span class="soft">${formatCount(current.rows)} rows</span>`],
        ['Compared', formatInstant(createdAt.toISOString())],
      ])}`,
    body: [
      overview(report, hasChart, limits),
      sections.drifted,
      quality(report, limits),
      sections.others,
      noted(report, limits),
      method(report),
    ],
    foot: html`Made by Driftgauge ${release} on ${formatInstant(createdAt.toISOString())}.
    ${columns.some(({ verdict }) => isBreach(verdict)) ? 'A column is counted as drifted if its change is significant and large enough to matter.' : ''}`,
  })
}

const countOf = ({ columns }: CompareReport, wanted: Verdict) =>
  columns.filter(({ verdict }) => verdict === wanted).length

function quality(
  { quality: { judged, findings } }: CompareReport,
  { findings: bytes, wayOut }: Limits,
): Html {
  const title = 'Data quality'
  const id = 'quality'
  if (findings.length === 0) {
    const none =
      judged === 0
        ? 'Not judged, because the files have too few rows.'
        : `Nothing wrong in ${formatCount(judged)} ${judged === 1 ? 'column' : 'columns'}.`
    return section({ title, id, body: nothing(none) })
  }
  return section({
    title,
    id,
    lead: 'What is wrong with the data of the current file. Findings do not change the verdict on drift.',
    body: table(
      'Findings on data quality',
      [
        { title: 'Severity', cell: ({ severity }) => badge(severity) },
        { title: 'Column', isName: true, cell: ({ column }) => name(column) },
        { title: 'Finding', cell: ({ finding }) => finding.replaceAll('_', ' ') },
        { title: 'Share, %', kind: 'number', cell: ({ share }) => share },
      ],
      findings,
      {
        below: ({ explanation }) => explanation,
        bytes,
        instead: ({ length }) => leftOut(length, 'finding', wayOut),
      },
    ),
  })
}

function noted({ notes }: CompareReport, { notes: bytes, wayOut }: Limits): Html {
  const shown = within(
    notes.map((note) => () => html`<li>${sentence(note)}</li>`),
    bytes,
  )
  const left = notes.length - shown.length
  return section({
    title: 'Left out, guessed and noted',
    id: 'left-out',
    body:
      notes.length === 0
        ? nothing('Every column of both files was compared, and nothing had to be guessed.')
        : html`<ul class="plain">
              ${shown}
            </ul>
            ${left > 0 && leftOut(left, 'note', wayOut)}`,
  })
}

/** Notes begin in lower case, as they stand after "note:"; a name at their beginning keeps its case. */
const sentence = (note: string) =>
  /^(only|nested|neither|too) /.test(note) ? note[0].toUpperCase() + note.slice(1) : note

function method({ method: terms }: CompareReport): Html {
  return section({
    title: 'How to read the figures',
    id: 'method',
    body: html`<dl class="terms">
      ${terms.map(
        ([term, meaning]) =>
          html`<dt>${term}</dt>
            <dd>${meaning}</dd>`,
      )}
    </dl>`,
  })
}
