import { damaged, type Thrift, type ThriftStruct } from './thrift.ts'

/** Ids of Parquet's own definition, `parquet.thrift`. */
const FILE = { schema: 2, numRows: 3, rowGroups: 4 }
const SCHEMA = { name: 4, children: 5 }
const ROW_GROUP = { columns: 1, numRows: 3, fileOffset: 5 }
const CHUNK = { fileOffset: 2, metadata: 3, indexes: [4, 5, 6, 7] }
const COLUMN = {
  uncompressedSize: 6,
  compressedSize: 7,
  dataPage: 9,
  indexPage: 10,
  dictionaryPage: 11,
  bloomFilter: [14, 15],
}

/** Old writers did not count the header of the dictionary page. */
const SLACK_BYTES = 100

/** A range of the rows of a Parquet file that are stored together. */
export interface RowGroup {
  rows: number
  /** Where its bytes are in the file: from `start` to before `end`. */
  start: number
  end: number
  fields: ThriftStruct
}

export interface ParquetSize {
  rows: number
  /** Uncompressed, as the file says it. Values from a dictionary count once. */
  bytes: number
  /** Names of the columns at the top. */
  columns: string[]
}

/** Throws `UnreadableFile`. */
export function sizeOf(file: ThriftStruct): ParquetSize {
  let [rows, bytes] = [0, 0]
  for (const group of list(file, FILE.rowGroups)) {
    const fields = structOf(group)
    rows += integer(fields, ROW_GROUP.numRows)
    for (const chunk of list(fields, ROW_GROUP.columns))
      bytes += integer(structOf(structOf(chunk).get(CHUNK.metadata)), COLUMN.uncompressedSize)
  }
  return { rows, bytes, columns: topColumns(list(file, FILE.schema).map(structOf)) }
}

/** Elements of a schema stand in the order of depth, each before its children; the first one is the root. */
function topColumns([root, ...elements]: readonly ThriftStruct[]): string[] {
  if (root === undefined) throw damaged()
  const names: string[] = []
  for (let at = 0; at < elements.length;) {
    const name = elements[at].get(SCHEMA.name)
    if (name?.type !== 'binary') throw damaged()
    names.push(name.bytes.toString('utf8'))
    for (let open = 1; open > 0 && at < elements.length; at++)
      open += (elements[at].has(SCHEMA.children) ? integer(elements[at], SCHEMA.children) : 0) - 1
  }
  return names
}

/** The row groups that the metadata of a file name. Throws `UnreadableFile`. */
export function rowGroups(file: ThriftStruct): RowGroup[] {
  return list(file, FILE.rowGroups).map((group) => {
    const fields = structOf(group)
    const chunks = list(fields, ROW_GROUP.columns).map((chunk) => chunkRange(structOf(chunk)))
    return {
      rows: integer(fields, ROW_GROUP.numRows),
      start: chunks.reduce((least, { start }) => Math.min(least, start), Infinity),
      end: chunks.reduce((most, { end }) => Math.max(most, end), 0),
      fields,
    }
  })
}

function chunkRange(chunk: ThriftStruct): { start: number; end: number } {
  const column = structOf(chunk.get(CHUNK.metadata))
  const data = integer(column, COLUMN.dataPage)
  const dictionary = column.has(COLUMN.dictionaryPage) ? integer(column, COLUMN.dictionaryPage) : 0
  const start = dictionary > 0 ? Math.min(dictionary, data) : data
  return { start, end: start + integer(column, COLUMN.compressedSize) + SLACK_BYTES }
}

/** The metadata of a file that holds only these groups, `shift` bytes nearer to its start. */
export function metadataOf(file: ThriftStruct, groups: readonly RowGroup[], shift: number): ThriftStruct {
  const items = groups.map(({ fields }): Thrift => ({ type: 'struct', fields: shiftedGroup(fields, shift) }))
  return replacing(file, [
    [FILE.numRows, i64(groups.reduce((sum, { rows }) => sum + rows, 0))],
    [FILE.rowGroups, { type: 'list', of: 12, items }],
  ])
}

function shiftedGroup(group: ThriftStruct, shift: number): ThriftStruct {
  const items = list(group, ROW_GROUP.columns).map((chunk): Thrift => {
    const fields = structOf(chunk)
    const column = structOf(fields.get(CHUNK.metadata))
    const pages = [COLUMN.dataPage, COLUMN.indexPage, COLUMN.dictionaryPage]
    const shifted = pages.flatMap((id): [number, Thrift][] => {
      const offset = column.has(id) ? integer(column, id) : 0
      return offset > 0 ? [[id, i64(offset - shift)]] : []
    })
    const metadata: Thrift = {
      type: 'struct',
      fields: without(replacing(column, shifted), COLUMN.bloomFilter),
    }
    return {
      type: 'struct',
      // What the indexes are of is elsewhere, and reading all rows takes none.
      fields: without(replacing(fields, [[CHUNK.fileOffset, i64(0)], [CHUNK.metadata, metadata]]), CHUNK.indexes), // prettier-ignore
    }
  })
  return without(replacing(group, [[ROW_GROUP.columns, { type: 'list', of: 12, items }]]), [
    ROW_GROUP.fileOffset,
  ])
}

const i64 = (value: number): Thrift => ({ type: 'i64', value: BigInt(value) })

/** Replaced where they stand, as ids ascend. */
const replacing = (fields: ThriftStruct, replaced: readonly [number, Thrift][]): ThriftStruct =>
  new Map([...fields, ...replaced])

const without = (fields: ThriftStruct, ids: readonly number[]): ThriftStruct =>
  new Map([...fields].filter(([id]) => !ids.includes(id)))

function structOf(value: Thrift | undefined): ThriftStruct {
  if (value?.type !== 'struct') throw damaged()
  return value.fields
}

function list(fields: ThriftStruct, id: number): Thrift[] {
  const value = fields.get(id)
  if (value?.type !== 'list') throw damaged()
  return value.items
}

function integer(fields: ThriftStruct, id: number): number {
  const value = fields.get(id)
  if (value === undefined || !('value' in value) || typeof value.value !== 'bigint') throw damaged()
  return Number(value.value)
}
