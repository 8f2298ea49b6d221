import { formatCount } from '../../charts/format.ts'
import { html, type Content, type Html } from './html.ts'
import { nothing } from './parts.ts'

export interface TableColumn<Row> {
  title: string
  /** Numbers are aligned on the right, and times stay on one line. */
  kind?: 'number' | 'time'
  /** The column that names the row. */
  isName?: boolean
  /** Left out on paper and on phones, where room is short. */
  ifRoom?: boolean
  cell: (row: Row, index: number) => Content
}

export interface TableOptions<Row> {
  /** What stands below a row, over its whole width. */
  below?: (row: Row) => Content
  /** How many bytes the rows may take. */
  bytes?: number
  /** Stands below the table in place of the rows for which there is no room. */
  instead?: (rows: readonly Row[]) => Content
}

/** The bytes of a table of which a model has few rows, however long their texts are. */
const SMALL_TABLE = 30_000

/**
 * A table, in a region that scrolls sideways by itself where the screen is narrow. It says what it leaves out for want of
 * room.
 */
export function table<Row>(
  label: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  {
    below,
    bytes = SMALL_TABLE,
    instead = ({ length }) => leftOut(length, 'row', 'The API lists all of them.'),
  }: TableOptions<Row> = {},
): Html {
  const parts = rows.map((row, i) => () => body(columns, row, i, below?.(row)))
  const shown = within(parts, bytes)
  const rest = rows.slice(shown.length)
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col" ${classes(column)}>${column.title}</th>`)}
          </tr>
        </thead>
        ${shown}
      </table>
    </div>
    ${rest.length > 0 && instead(rest)}`
}

/** @param noun of one of them */
export function leftOut(count: number, noun: string, wayOut: string): Html {
  const what = count === 1 ? `more ${noun} is` : `more ${noun}s are`
  return nothing(`${formatCount(count)} ${what} left out to keep this file small. ${wayOut}`)
}

/** The parts for which there is room; the first may be larger than that. Those beyond are never made. */
export function within(parts: readonly (() => Html)[], bytes: number): Html[] {
  const made: Html[] = []
  let left = bytes
  for (const make of parts) {
    if (left <= 0) break
    const part = make()
    left -= Buffer.byteLength(part.text)
    if (left < 0 && made.length > 0) break
    made.push(part)
  }
  return made
}

function body<Row>(columns: readonly TableColumn<Row>[], row: Row, i: number, note: Content): Html {
  const cells = columns.map((column) =>
    column.isName
      ? html`<th scope="row" ${classes(column)}>${column.cell(row, i)}</th>`
      : html`<td ${classes(column)}>${column.cell(row, i)}</td>`,
  )
  const extra =
    note &&
    html`<tr class="below">
      <td colspan="${columns.length}"><div>${note}</div></td>
    </tr>`
  return html`<tbody>
    <tr>
      ${cells}
    </tr>
    ${extra}
  </tbody> `
}

function classes({ kind, ifRoom }: Pick<TableColumn<never>, 'kind' | 'ifRoom'>): Html | false {
  const names = [kind === 'number' && 'number', kind === 'time' && 'nowrap', ifRoom && 'roomy']
  const text = names.filter(Boolean).join(' ')
  return text !== '' && html`class="${text}"`
}
