import { createWriteStream } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { gunzippedLines } from '../engine/gunzipped-lines.ts'
import type { LeftOut } from './tally.ts'
import type { LegacyName, LegacyRow } from './tables.ts'

/** It holds the secrets of channels. */
const MODE = 0o600
const BATCH = 500

export interface LegacyBatch {
  table: LegacyName
  rows: LegacyRow[]
}

export function backupPath(directory: string, now: Date): string {
  return join(directory, `control-import-${now.toISOString().replaceAll(':', '-')}.ndjson.gz`)
}

/** Writes rows to a new file, one to a line as `{"table":…,"row":…}`, compressed with gzip. */
export async function writeBackup(path: string, batches: AsyncIterable<LegacyBatch>): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  async function* text(): AsyncGenerator<string> {
    for await (const { table, rows } of batches) yield lines(rows.map((row) => ({ table, row })))
  }
  const file = createWriteStream(path, { flags: 'wx', mode: MODE, flush: true })
  await pipeline(Readable.from(text()), createGzip(), file)
}

/** The rows of a backup as they were written, in batches of one table. */
export async function* readBackup(path: string): AsyncGenerator<LegacyBatch> {
  let batch: LegacyBatch | undefined
  for await (const line of gunzippedLines(path)) {
    const { table, row } = JSON.parse(line) as { table: LegacyName; row: LegacyRow }
    if (batch !== undefined && (batch.table !== table || batch.rows.length === BATCH)) {
      yield batch
      batch = undefined
    }
    batch ??= { table, rows: [] }
    batch.rows.push(row)
  }
  if (batch !== undefined) yield batch
}

/** Adds what could not be imported, one to a line as `{"leftOut":…}`. */
export async function noteLeftOut(path: string, leftOut: readonly LeftOut[]): Promise<void> {
  if (leftOut.length === 0) return
  const text = lines(leftOut.map((one) => ({ leftOut: one })))
  await appendFile(path, gzipSync(text), { flush: true })
}

const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
