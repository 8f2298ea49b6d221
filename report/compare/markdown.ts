import { formatCount, formatInstant } from '../../charts/format.ts'
import { verdictText } from '../html/parts.ts'
import { folded, inMarkdown, markdownTable } from '../markdown/markdown.ts'
import type { ComparedColumn, CompareReport } from './data.ts'
import { isExplained } from './overview.ts'

/** GitHub takes a comment of at most 65,536 characters. */
const MOST = { moved: 30, columns: 150, findings: 50, notes: 30 }

/** The comparison for a pull request: the verdict, what moved, and the rest folded away. */
export function compareMarkdown(report: CompareReport): string {
  const { headline, verdict, baseline, current, columns, quality, release, createdAt } = report
  const moved = columns.filter(isExplained)
  const side = ({ name, rows }: CompareReport['baseline']) =>
    `${inMarkdown(name)} (${formatCount(rows)} rows)`
  const parts = [
    `### ${verdictText(verdict).split(' ')[0]} ${headline}`,
    `${side(baseline)} → ${side(current)}`,
    moved.length > 0 && limited(moved, MOST.moved, movedTable),
    quality.findings.length > 0 &&
      folded(
        `Data quality: ${plural(quality.findings.length, 'finding')}`,
        limited(quality.findings, MOST.findings, findingsTable),
      ),
    folded(`All ${plural(columns.length, 'column')}`, limited(columns, MOST.columns, columnsTable)),
    notesOf(report),
    `<sub>Compared by Driftgauge ${release} on ${formatInstant(createdAt.toISOString())}. Thresholds of the effect: warning ${report.thresholds.warning}, critical ${report.thresholds.critical}.</sub>`,
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

function movedTable(columns: readonly ComparedColumn[]): string {
  return markdownTable(
    [
      { title: 'Verdict' },
      { title: 'Column' },
      { title: 'Effect', kind: 'number' },
      { title: 'What happened' },
    ],
    columns.map(({ verdict, column, figures, explanation }) => [
      verdictText(verdict),
      inMarkdown(column),
      figures.effect,
      inMarkdown(explanation, 300),
    ]),
  )
}

function columnsTable(columns: readonly ComparedColumn[]): string {
  return markdownTable(
    [
      { title: 'Verdict' },
      { title: 'Column' },
      ...['Effect', 'PSI', 'D or V', 'p', 'Missing, %'].map((title) => ({ title, kind: 'number' as const })),
    ],
    columns.map(({ verdict, column, figures: { effect, psi, distance, p, missing } }) => [
      verdictText(verdict),
      inMarkdown(column),
      ...[effect, psi, distance, p, missing].map((text) => inMarkdown(text)),
    ]),
  )
}

function findingsTable(findings: CompareReport['quality']['findings']): string {
  return markdownTable(
    [{ title: 'Severity' }, { title: 'Column' }, { title: 'Finding' }, { title: 'What is wrong' }],
    findings.map(({ severity, column, finding, explanation }) => [
      verdictText(severity),
      inMarkdown(column),
      finding.replaceAll('_', ' '),
      inMarkdown(explanation, 300),
    ]),
  )
}

function notesOf({ notes }: CompareReport): string | false {
  const list = (some: readonly string[]) => some.map((note) => `- ${inMarkdown(note, 300)}`).join('\n')
  return (
    notes.length > 0 &&
    folded(`Left out, guessed and noted: ${notes.length}`, limited(notes, MOST.notes, list))
  )
}

/** The first of many rows, and how many are left out. */
function limited<Row>(rows: readonly Row[], most: number, write: (rows: readonly Row[]) => string): string {
  const left = rows.length - most
  return left <= 0
    ? write(rows)
    : `${write(rows.slice(0, most))}\n\n${formatCount(left)} more are left out here; \`--json\`, and \`--html\` with \`--all-charts\`, have all of them.`
}

const plural = (n: number, noun: string) => `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`
