import { displayWidth, pad, truncate } from '../shared/text.ts'

export interface TableColumn<Row> {
  title: string
  align: 'left' | 'right'
  cell: (row: Row) => string
  /** Where the table is wider than it may be, this column gives way, down to so many cells. */
  shrinksTo?: number
  /** Where that does not suffice, this column is left out; the lowest number goes first. */
  dropped?: number
}

const GAP = '  '

/** The title line and one line a row, aligned by display width. `style` is put on a padded cell. */
export function tableLines<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  limit: number,
  style: (cell: string, row: Row, column: TableColumn<Row>) => string,
): { title: string; lines: string[] } {
  const fitted = fit(columns, rows, limit)
  const fill = (text: string, { column, width }: Fitted<Row>) =>
    pad(truncate(text, width), width, column.align)
  return {
    title: fitted
      .map((one) => fill(one.column.title, one))
      .join(GAP)
      .trimEnd(),
    lines: rows.map((row) =>
      fitted
        .map((one) => style(fill(one.column.cell(row), one), row, one.column))
        .join(GAP)
        .trimEnd(),
    ),
  }
}

interface Fitted<Row> {
  column: TableColumn<Row>
  width: number
}

function fit<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], limit: number): Fitted<Row>[] {
  const wanted = columns.map((column) => ({
    column,
    width: rows.reduce(
      (width, row) => Math.max(width, displayWidth(column.cell(row))),
      displayWidth(column.title),
    ),
  }))
  const excess = wanted.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length) - limit
  const shrinkable = ({ column, width }: Fitted<Row>) => Math.max(0, width - (column.shrinksTo ?? width))
  const slack = wanted.reduce((sum, one) => sum + shrinkable(one), 0)
  const candidates = columns.filter(({ dropped }) => dropped !== undefined)
  if (excess > slack && candidates.length > 0) {
    const first = candidates.reduce((a, b) => (b.dropped! < a.dropped! ? b : a))
    return fit(
      columns.filter((column) => column !== first),
      rows,
      limit,
    )
  }
  let left = Math.max(0, excess)
  return wanted.map((one) => {
    const less = Math.min(left, shrinkable(one))
    left -= less
    return { column: one.column, width: one.width - less }
  })
}
