import { percentages } from './format.ts'
import type { Paint } from '../shared/paint.ts'
import { explanationLines, MARGIN, MARKS } from './marks.ts'
import type { FileFinding, FileQuality } from './quality.ts'
import { tableLines, type TableColumn } from './table.ts'
import { plural, printable, thousands } from '../shared/text.ts'

const SHOWN = 20

const COLUMNS: TableColumn<FileFinding>[] = [
  {
    title: 'severity',
    align: 'left',
    cell: ({ severity }) => `${MARKS[severity].icon} ${MARKS[severity].word}`,
  },
  { title: 'column', align: 'left', cell: ({ column }) => printable(column), shrinksTo: 12 },
  { title: 'data quality', align: 'left', cell: ({ finding }) => finding },
  { title: 'share %', align: 'right', cell: ({ expected, share }) => percentages(expected, share) },
]

/** What is wrong with the data of the current file: a table, or a line where nothing is. */
export function qualityLines(
  { judged, findings }: FileQuality,
  { all, width, paint }: { all: boolean; width: number; paint: Paint },
): string[] {
  if (findings.length === 0) {
    const text =
      judged === 0
        ? 'Data quality: not judged, because the files have too few rows.'
        : `Data quality: nothing wrong in ${plural(judged, 'column')}.`
    return [MARGIN + text]
  }
  const shown = all ? findings : findings.slice(0, SHOWN)
  const { title, lines } = tableLines(COLUMNS, shown, width - MARGIN.length, (cell, { severity }, column) =>
    column === COLUMNS[0] ? paint(MARKS[severity].style, cell) : cell,
  )
  const hidden = findings.length - shown.length
  return [
    MARGIN + paint(['dim'], title),
    ...shown.flatMap((one, i) => [MARGIN + lines[i], ...explanationLines(one.explanation, width)]),
    ...(hidden > 0 ? [`${MARGIN}and ${thousands(hidden)} more; --all lists them`] : []),
  ]
}
