import { plain } from '../format.ts'
import { rowText, type Table } from '../table.ts'
import { subjectWords, type Subject } from './subject.ts'

const MOST_ROWS = 50

/**
 * The table for a chat or an issue: a title, at most 50 rows, and a link to the page. Of a table over time, those are the
 * newest.
 * @param link of the page, where one leads to it
 */
export function markdown({ columns, rows }: Table, subject: Subject, link: string | undefined): string {
  const isOverTime = columns[0]?.is === 'time'
  const shown = isOverTime ? rows.slice(-MOST_ROWS) : rows.slice(0, MOST_ROWS)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const left = rows.length - shown.length
  return [
    `**${escaped(subject.title)}** (${escaped(subjectWords(subject))})`,
    '',
    line(columns.map(({ name }) => escaped(name))),
    line(columns.map(({ is }) => (is === 'text' || is === 'time' ? '---' : '---:'))),
    ...shown.map((row) => line(rowText(row, columns).map(escaped))),
    ...(left > 0
      ? ['', `The ${isOverTime ? 'newest' : 'first'} ${shown.length} of ${rows.length} rows; ${left} are left out. The CSV file has all of them.`] // prettier-ignore
      : []),
    ...(link === undefined ? [] : ['', `[Open in Driftgauge](${link})`]),
    '',
  ].join('\n')
}

/** On one line, and without a meaning in Markdown: names come from users' data. */
const escaped = (text: string) => plain(text).replace(/[\\`*_~[\]<>|&#]/g, '\\$&')
