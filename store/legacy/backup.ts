import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Legacy } from './read.ts'

/** Writes what was read to a new file in the data directory, one JSON object a row. Returns its path. */
export async function backUpLegacy(legacy: Legacy, directory: string, now: Date): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `control-import-${now.toISOString().replaceAll(':', '-')}.ndjson.gz`)
  // It holds the secrets of channels.
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true })
  await pipeline(Readable.from(lines(legacy)), createGzip(), file)
  return path
}

function* lines(legacy: Legacy): Generator<string> {
  for (const [table, all] of Object.entries(legacy))
    for (const row of all) yield `${JSON.stringify({ table, row })}\n`
}
