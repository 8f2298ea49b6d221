import { createWriteStream } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Request } from 'express'
import { noSpace } from '../problem.ts'
import { atMost, unpacked } from './body.ts'
import type { Limits } from './limits.ts'

/** Chunks that arrive while others are being written are written together. */
const WRITTEN_TOGETHER = 4_000_000
/** How often to look whether the disk has room. */
const LOOK_EVERY_BYTES = 32_000_000

/** Writes the unpacked body of a file of rows to a new file. Throws as soon as it is too large, or the disk too full. */
export function writeUpload(
  request: Request,
  path: string,
  { fileBytes, freeBytes }: Pick<Limits, 'fileBytes' | 'freeBytes'>,
): Promise<void> {
  const wayOut =
    'Send a sample of the rows, send Parquet, or raise the limit DRIFTGAUGE_MAX_FILE_MB of the service.'
  return writeBody(atMost(unpacked(request), fileBytes, wayOut), path, freeBytes)
}

/** Writes a body to a new file. Throws as soon as the disk is too full. */
export async function writeBody(
  chunks: AsyncIterable<Buffer>,
  path: string,
  freeBytes: number,
): Promise<void> {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await pipeline(
    whileFree(chunks, directory, freeBytes),
    createWriteStream(path, { mode: 0o600, highWaterMark: WRITTEN_TOGETHER }),
  )
}

async function* whileFree(
  chunks: AsyncIterable<Buffer>,
  directory: string,
  least: number,
): AsyncGenerator<Buffer> {
  let unchecked = LOOK_EVERY_BYTES
  for await (const chunk of chunks) {
    unchecked += chunk.length
    if (unchecked > LOOK_EVERY_BYTES) {
      const { bavail, bsize } = await statfs(directory)
      if (bavail * bsize < least) throw diskFull(least)
      unchecked = 0
    }
    yield chunk
  }
}

function diskFull(least: number) {
  return noSpace(
    `The disk of the service has less than ${Math.round(least / 1e6)} MB free (DRIFTGAUGE_MIN_FREE_MB). ` +
      'Free some space or move DRIFTGAUGE_DATA to a larger disk, or send a sample of the rows.',
  )
}
