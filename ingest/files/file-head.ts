import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** The bytes of a file, unpacked where its name ends with `.gz`. The caller ends it by leaving its loop. */
export function unpackedFile(path: string): Readable {
  const file = createReadStream(path)
  return /\.gz$/i.test(path) ? pipeline(file, createGunzip(), () => {}) : file
}

export interface FileHead {
  bytes: Buffer
  /** The file holds no more than this. */
  whole: boolean
}

/** The first bytes of a file; of one that is not valid gzip those before its fault. */
export async function fileHead(path: string, length: number): Promise<FileHead> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of unpackedFile(path) as AsyncIterable<Buffer>) {
      parts.push(part)
      size += part.length
      if (size > length) return { bytes: Buffer.concat(parts).subarray(0, length), whole: false }
    }
  } catch (cause) {
    if (!isGzipFault(cause)) throw cause
  }
  return { bytes: Buffer.concat(parts), whole: true }
}

export function isGzipFault(cause: unknown): boolean {
  return /^Z_/.test((cause as NodeJS.ErrnoException).code ?? '')
}
