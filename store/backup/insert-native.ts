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
    await store.rollup.command({ query: `${target} SELECT ${names} FROM ${file}` })
  } finally {
    await rm(link, { force: true })
  }
}
