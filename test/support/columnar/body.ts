import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../../store/engine/client.ts'
import { identifier, literal } from '../../../store/engine/sql.ts'

/** Media types of bodies of columns, by what the engine calls their formats. */
export const MEDIA_TYPES = {
  Parquet: 'application/vnd.apache.parquet',
  ArrowStream: 'application/vnd.apache.arrow.stream',
  Arrow: 'application/vnd.apache.arrow.file',
} as const
export type ColumnarFormat = keyof typeof MEDIA_TYPES

/**
 * A body with these rows, which an embedded engine writes.
 * @param types the engine's, by column
 */
export async function columnarBody(
  { rollup }: Pick<Store, 'rollup'>,
  format: ColumnarFormat,
  types: Readonly<Record<string, string>>,
  rows: readonly object[],
  settings = '',
): Promise<Buffer> {
  const structure = Object.entries(types)
    .map(([name, type]) => `${identifier(name)} ${type}`)
    .join(', ')
  const lines = rows.map((row) => JSON.stringify(row)).join('\n')
  return writtenBody({ rollup }, format, `SELECT * FROM format(JSONEachRow, ${literal(structure)}, ${literal(lines)})`, settings) // prettier-ignore
}

/** A body with what a statement gives. */
export async function writtenBody(
  { rollup }: Pick<Store, 'rollup'>,
  format: ColumnarFormat,
  select: string,
  settings = '',
): Promise<Buffer> {
  const path = join(tmpdir(), `driftgauge-body-${randomUUID()}`)
  const also = ['output_format_arrow_low_cardinality_as_dictionary = 1', settings].filter(Boolean).join(', ')
  try {
    await rollup.command({
      query: `INSERT INTO FUNCTION file(${literal(path)}, ${literal(format)}) ${select} SETTINGS ${also}`,
    })
    return readFileSync(path)
  } finally {
    rmSync(path, { force: true })
  }
}
