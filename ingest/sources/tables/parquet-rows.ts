import { resolve } from 'node:path'
import { parquetParts } from '../../files/parquet/parts.ts'
import type { FileEngine } from '../../files/open-file.ts'
import { sendInsert } from '../../files/sent-file.ts'
import { rows } from '../../../store/engine/query.ts'
import { literal } from '../../../store/engine/sql.ts'
import { createStaging } from '../../../store/engine/staging.ts'

/** Columns of a Parquet file, nested ones too, as the engine's types; one that the file lacks is empty. */
export interface NestedColumns {
  /** As in `name String, size Int64`. */
  structure: string
  /** What to read of them: expressions with the type that a table would keep them in. */
  values: readonly { name: string; sql: string; type: string }[]
  where: string
}

/** The rows of a Parquet file of our own name. The embedded engine reads it where it is, a server is sent it. */
export async function parquetRows<Row>(
  { rollup, embedded }: FileEngine,
  path: string,
  { structure, values, where }: NestedColumns,
): Promise<Row[]> {
  const selected = values.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')
  if (embedded) {
    const source = `file(${literal(resolve(path))}, Parquet, ${literal(structure)})`
    return rows<Row>(rollup, `SELECT ${selected} FROM ${source} WHERE ${where}`)
  }
  const staging = await createStaging(rollup, { columns: values.map(({ name, type }) => `${name} ${type}`) })
  try {
    for await (const { bytes } of parquetParts(path)) {
      const select = `SELECT ${selected} FROM input(${literal(structure)}) WHERE ${where}`
      await sendInsert(rollup, `INSERT INTO ${staging.table} ${select} FORMAT Parquet`, bytes())
    }
    return await rows<Row>(rollup, `SELECT * FROM ${staging.table}`)
  } finally {
    await staging.drop()
  }
}
