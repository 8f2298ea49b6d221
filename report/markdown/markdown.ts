import { printable } from '../../domain/printable.ts'

const JOINER = '\u2060'

/**
 * A text from users' data on one line and without a meaning in Markdown: no table, link, mention of a person or reference
 * to an issue can come of it.
 */
export function inMarkdown(text: string, most = 80): string {
  const shown = [...printable(text.slice(0, 8 * most).toWellFormed())]
  const cut = shown.length > most ? `${shown.slice(0, most - 1).join('')}…` : shown.join('')
  return cut
    .replace(/[\\`*_~[\]<>|&#]/g, '\\$&')
    .replace(/@|\\#(?=\d)|:(?=\/\/)|(?<=\bwww)\./gi, (found) => `${found}${JOINER}`)
}

/** A table; `---:` aligns numbers on the right. */
export function markdownTable(
  columns: readonly { title: string; kind?: 'number' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ kind }) => (kind === 'number' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n')
}

/** What is folded away. Markdown within it needs the empty lines. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`
}
