import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from './client.ts'
import { rows } from './query.ts'

/** Stored data that ClickHouse could not read, and has set aside: a part of a table, with everything in it. */
export interface BrokenPart {
  table: string
  /** Its directory among the detached ones of the table. */
  name: string
  /** `2026-01`; undefined for a table that is not divided by month. */
  month: string | undefined
  /** Undefined where the directory cannot be read from here. */
  rows: number | undefined
  bytes: number
  /** When the data were written. */
  writtenAt: Date
}

interface Row {
  table: string
  name: string
  partition: string
  bytes: number
  written: number
  path: string
}

/** The broken parts of the database, by table and month. */
export async function brokenParts(store: Pick<Store, 'read' | 'embedded' | 'shards'>): Promise<BrokenPart[]> {
  const found = await rows<Row>(
    store.read,
    `SELECT table, name, coalesce(partition_id, '') AS partition, toUInt64(bytes_on_disk) AS bytes,
       toUnixTimestamp(modification_time) AS written, path
     FROM ${store.shards.system('detached_parts', 'all')}
     WHERE database = ${store.shards.database} AND startsWith(coalesce(reason, ''), 'broken')
     ORDER BY table, partition, name`,
  )
  return Promise.all(
    found.map(async ({ table, name, partition, bytes, written, path }) => ({
      table,
      name,
      month: /^\d{6}$/.test(partition) ? `${partition.slice(0, 4)}-${partition.slice(4)}` : undefined,
      rows: store.embedded ? await rowCount(path) : undefined,
      bytes,
      writtenAt: new Date(1000 * written),
    })),
  )
}

/** As ClickHouse noted it, where that file is not the broken one. */
async function rowCount(path: string): Promise<number | undefined> {
  const text = await readFile(join(path, 'count.txt'), 'utf8').catch(() => '')
  return /^\d+$/.test(text) ? Number(text) : undefined
}
