import { storeLabels, storePredictions, type IntakeResult } from '../intake/pipeline.ts'
import { parseRecord, type RawRecord } from '../intake/raw-record.ts'
import { compileEvents } from '../rows/events.ts'
import type { FieldColumns } from '../rows/fields.ts'
import { openLines } from '../rows/line-rows.ts'
import type { Row } from '../rows/rows.ts'
import { openTable } from '../rows/table-rows.ts'
import { constantReader, kindOf } from './constants.ts'
import type { FileBatch, RowKind } from './batch.ts'
import { fieldColumns } from './event-columns.ts'
import { expectedOf } from './expected-columns.ts'
import { intakeContext, originOf, type FetchedFile } from './read-context.ts'

const TAKES = { predictions: storePredictions, labels: storeLabels } as const

/** The rows of a CSV, TSV or NDJSON file that are not stored yet, in batches. Throws `UnreadableFile`. */
export async function* recordFile(fetched: FetchedFile): AsyncGenerator<FileBatch> {
  const { store, spool, source, model, file, path } = fetched
  const columns = fieldColumns(source)
  const readConstant = constantReader(model, columns)
  const constants = Object.fromEntries(
    Object.entries({ ...source.constants, ...file.constants }).map(([column, value]) => [column, readConstant(column, value)]),
  ) // prettier-ignore
  const expected = expectedOf(fetched)
  const isLines = /\.(ndjson|jsonl)(\.gz)?$/i.test(path)
  const table = isLines ? undefined : await openTable({ store, spool }, path, { ...expected, model: model.name, kinds: new Map(), kindsOf: async () => kindOf(model) }) // prettier-ignore
  const rows = table ?? (await openLines(path, expected))
  const sort = sorter(fetched, { ...columns, model: 'model' }, constants)
  try {
    for await (const chunk of rows.chunks(file.positions.rows ?? 0)) {
      const sorted = sort(chunk.rows)
      yield {
        position: ['rows', chunk.rows.at(-1)!.number],
        store: () => storeSorted(fetched, sorted),
      }
    }
  } finally {
    await table?.close()
  }
}

type Sorted = Record<RowKind, RawRecord[]>

function sorter(
  fetched: FetchedFile,
  columns: FieldColumns,
  constants: Readonly<Record<string, unknown>>,
): (rows: readonly Row[]) => Sorted {
  const { source, file } = fetched
  const toEvents = compileEvents(columns, undefined, { timezone: source.timezone })
  const origin = originOf(fetched)
  const modified =
    source.undated === 'modified' ? { [columns.ts!]: new Date(file.modifiedAt).toISOString() } : {}
  return (rows) => {
    const sorted: Sorted = { predictions: [], labels: [] }
    for (const row of rows) {
      const add = (kind: RowKind, record: RawRecord) =>
        sorted[kind].push({ ...record, origin: origin(row.number) })
      if (row.status === 'unusable') add('predictions', { rejection: row.rejection, raw: row.line })
      else if (row.status === 'text') add('predictions', parseRecord(row.line))
      else {
        const record = { ...modified, ...constants, ...row.record }
        for (const column of source.ignore) delete record[column]
        const { prediction, label } = toEvents(record)
        if (prediction !== undefined) add('predictions', { value: stripped(prediction) })
        if (label !== undefined) add('labels', { value: stripped(label) })
      }
    }
    return sorted
  }
}

/** Keys without a value are none of the event's. */
const stripped = (event: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined))

async function storeSorted(
  fetched: FetchedFile,
  sorted: Sorted,
): Promise<{ kind: RowKind; result: IntakeResult }[]> {
  const stored: { kind: RowKind; result: IntakeResult }[] = []
  for (const kind of ['predictions', 'labels'] as const) {
    if (sorted[kind].length === 0) continue
    const result = await TAKES[kind](await intakeContext(fetched, kind), sorted[kind])
    stored.push({ kind, result })
  }
  return stored
}
