import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Store } from '../engine/client.ts'
import { identifier, literal } from '../engine/sql.ts'

export interface NativeFile {
  table: string
  columns: readonly string[]
  path: string
}

/** The engine keeps settings for later statements, which in a restore are of the same kind. */
const IN_LITTLE_MEMORY = `SETTINGS max_threads = 1, max_insert_threads = 1, min_insert_block_size_rows = 200000,
  min_insert_block_size_bytes = 67108864`

/** Inserts a compressed file in ClickHouse's own format; a file of one partition. */
export async function insertNative(
  store: Store,
  { table, columns, path }: NativeFile,
  spool: string,
): Promise<void> {
  const names = columns.map(identifier).join(', ')
  const target = `INSERT INTO ${identifier(table)} (${names})`
  if (!store.embedded) {
    const text = new PassThrough()
    const reading = pipeline(createReadStream(path), createGunzip(), text)
    reading.catch(() => {})
    await store.ingest.exec({ query: `${target} FORMAT Native`, values: text })
    await reading
    return
  }
  // The engine takes some characters of a path for patterns.
  const link = join(resolve(spool), `${randomUUID()}.native.gz`)
  await symlink(resolve(path), link)
  try {
    const file = `file(${literal(link)}, 'Native', 'auto', 'gzip')`
    await store.rollup.command({ query: `${target} SELECT ${names} FROM ${file} ${IN_LITTLE_MEMORY}` })
  } finally {
    await rm(link, { force: true })
  }
}
