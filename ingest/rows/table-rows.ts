import type { ColumnReading } from '../columns/column-reading.ts'
import { kindOfType, readColumns } from '../files/file-kinds.ts'
import { fileRows, type Cells } from '../files/file-rows.ts'
import type { OpenFile, TypedColumn } from '../files/file-shape.ts'
import { plainNumeral } from '../columns/number-text.ts'
import { isEngineError, openFile, readFault } from '../files/open-file.ts'
import type { Store } from '../../store/engine/client.ts'
import type { ColumnKind } from '../../control/declared/model.ts'
import { rows as readRows } from '../../store/engine/query.ts'
import { listed } from '../columns/listed.ts'
import { UnreadableFile } from '../files/unreadable-file.ts'
import { cellReader, type ReadCell } from './cells.ts'
import { columnProblem, FIELDS, namingProblem, type Expected, type Field } from './fields.ts'
import type { Row, Source } from './rows.ts'

/** What the cells of a column hold: of the fields `prediction` and `label`, and of features. */
export type KindOf = (column: string, field: Field | undefined) => ColumnKind

/** What a file is read with. */
export interface FileReader {
  store: Store
  /** Directory for links to the files that are read. */
  spool: string
}

export interface TableOptions extends Expected {
  /** Of all rows, whatever the file says. */
  model: string | undefined
  /** How the cells of a model's rows are to be read; undefined where the file has to tell. */
  kindsOf: ((model: string) => Promise<KindOf>) | undefined
  /** Kinds that the file need not tell. */
  kinds: ReadonlyMap<string, ColumnKind>
}

export interface Table extends Source {
  /** Columns with nested values, which are not read. */
  nested: string[]
  close(): Promise<void>
}

interface Column extends TypedColumn {
  field: Field | undefined
}

/** Opens a CSV, TSV or Parquet file. Throws {@link UnreadableFile}, here and while rows are read, where it cannot be. */
export async function openTable(
  { store, spool }: FileReader,
  path: string,
  options: TableOptions,
): Promise<Table> {
  const unreadable = async (cause: unknown): Promise<never> => {
    if (cause instanceof UnreadableFile || !isEngineError(cause)) throw cause
    throw new UnreadableFile(await readFault(path, cause), { cause })
  }
  const file = await openFile(store, path, spool).catch(unreadable)
  const names = file.columns.map(({ name }) => name)
  const problem = namingProblem(names, options) ?? columnProblem(names, options)
  if (problem !== undefined) {
    await file.close()
    throw new UnreadableFile(`${problem}. It has ${listed(names)}`)
  }
  const columns = file.columns
    .filter(({ type }) => kindOfType(type) !== undefined)
    .map((column): Column => ({
      ...column,
      field: FIELDS.find((field) => options.columns[field] === column.name),
    }))
  const flat = new Set(columns.map(({ name }) => name))
  return {
    nested: names.filter((name) => !flat.has(name)),
    async *chunks(from) {
      const [{ total }] = await readRows<{ total: number }>(
        store.rollup,
        `SELECT count() AS total FROM ${file.read}`,
      ).catch(unreadable)
      const { toRecord, times } = await recordReader(store, file, columns, options).catch(unreadable)
      let number = from
      for await (const cells of readable(fileRows(store, file, columns, from, times), unreadable)) {
        const rows: Row[] = []
        for (const one of cells)
          rows.push({ number: ++number, status: 'record', record: await toRecord(one) })
        yield { rows, share: number / total }
      }
    },
    close: file.close,
  }
}

async function* readable(
  blocks: AsyncIterable<Cells[]>,
  unreadable: (cause: unknown) => Promise<never>,
): AsyncGenerator<Cells[]> {
  try {
    yield* blocks
  } catch (cause) {
    await unreadable(cause)
  }
}

interface RecordReader {
  toRecord: (cells: Cells) => Promise<Record<string, unknown>>
  /** Columns of text that says times, as seconds of which a model may have its numbers. */
  times: readonly Column[]
}

/** How the cells of a row become a record, which depends on its model. */
async function recordReader(
  store: Store,
  file: OpenFile,
  columns: readonly Column[],
  { model, kindsOf, kinds }: TableOptions,
): Promise<RecordReader> {
  const readingsOf = (known: ReadonlyMap<string, ColumnKind>) => readColumns(store.rollup, file, columns, { kinds: known }) // prettier-ignore
  const inFile = await readingsOf(kinds)
  const modelColumn = columns.findIndex(({ field }) => field === 'model')
  const times = columns.filter(
    ({ name, field }) => field === undefined && inFile.get(name)!.reading === 'time',
  )
  const readers = new Map<string, readonly ReadRow[]>()
  const readersOf = async (name: string): Promise<readonly ReadRow[]> => {
    const given = name === '' ? undefined : await kindsOf?.(name)
    const kindOf = ({ name, field }: Column) =>
      field === 'score' ? 'numeric' : (given?.(name, field) ?? kindInText(inFile.get(name)!))
    // A column that is known to hold numbers holds them however many of its cells say something else.
    const found = given === undefined ? inFile : await readingsOf(new Map(columns.map((one) => [one.name, kindOf(one)]))) // prettier-ignore
    return columns.map((one, i) => {
      const { name: column, field, type } = one
      const kind = kindOf(one)
      const cell = cellReader(field, kind, file.format.encoding === 'typed' && /\bDate/.test(type))
      const read = kind === 'numeric' && !isName(field) ? inPlain(cell, found.get(column)!.reading) : cell
      const seconds = kind === 'numeric' && times.includes(one) ? columns.length + times.indexOf(one) : undefined // prettier-ignore
      return (cells) => (seconds === undefined || cells[seconds] === null ? read(cells[i]) : Number(cells[seconds])) // prettier-ignore
    })
  }
  const toRecord = async (cells: Cells) => {
    const name = model ?? cells[modelColumn] ?? ''
    const read = readers.get(name) ?? (await readersOf(name))
    readers.set(name, read)
    return Object.fromEntries(columns.map((column, i) => [column.name, read[i](cells)]))
  }
  return { toRecord, times }
}

type ReadRow = (cells: Cells) => unknown

/** Times in text stay what they are. */
const kindInText = ({ kind, reading }: ColumnReading) => (reading === 'time' ? 'categorical' : kind)

const isName = (field: Field | undefined) => field === 'id' || field === 'model' || field === 'version' || field === 'shadow' || field === 'ts' || field === 'labelled_at' // prettier-ignore

/** Cells with decimal commas, or marks between thousands, as programs write the numbers that they say. */
function inPlain(read: ReadCell, reading: ColumnReading['reading']): ReadCell {
  if (reading !== 'comma' && reading !== 'point') return read
  return (text) => read(text === null ? null : plainNumeral(text, reading))
}
