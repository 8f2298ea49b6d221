import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { metadataOf, rowGroups, type RowGroup } from './metadata.ts'
import { readStruct, writeStruct, type ThriftStruct } from './thrift.ts'

const MAGIC = Buffer.from('PAR1')
/** The length of the metadata, and the magic bytes again. */
const END_BYTES = 8
/** Engines keep a Parquet file that is sent to them in memory. Row groups are sent together up to so many bytes. */
const PART_BYTES = 64_000_000

export interface ParquetPart {
  /** The number of rows before it in the file. */
  from: number
  /** A Parquet file of its own. */
  bytes: () => Readable
}

/** The metadata with what makes them a Parquet file, though one whose rows are elsewhere; of a damaged file its end. */
export async function describedEnd(path: string): Promise<Buffer> {
  return withFile(path, async (file, size) => {
    if (size < MAGIC.length + END_BYTES) return bytesAt(file, 0, size)
    const end = await bytesAt(file, size - END_BYTES, END_BYTES)
    const length = Math.min(size, MAGIC.length + end.readUInt32LE(0) + END_BYTES) - MAGIC.length
    return Buffer.concat([MAGIC, await bytesAt(file, size - length, length)])
  })
}

/** A Parquet file with valid metadata as smaller ones, of a few row groups each. Throws `UnreadableFile`. */
export async function* parquetParts(path: string, partBytes = PART_BYTES): AsyncGenerator<ParquetPart> {
  const { metadata, end } = await withFile(path, async (file, size) => {
    const length = (await bytesAt(file, size - END_BYTES, END_BYTES)).readUInt32LE(0)
    const at = size - END_BYTES - length
    return { metadata: readStruct(await bytesAt(file, at, length)), end: at }
  })
  let from = 0
  for (const groups of together(rowGroups(metadata), partBytes)) {
    const start = Math.min(...groups.map((group) => group.start))
    const before = Math.min(end, Math.max(...groups.map((group) => group.end)))
    yield { from, bytes: () => Readable.from(partBytesOf(path, metadata, groups, start, before)) }
    from += groups.reduce((sum, { rows }) => sum + rows, 0)
  }
}

function together(groups: readonly RowGroup[], partBytes: number): RowGroup[][] {
  const parts: RowGroup[][] = []
  let size = Infinity
  for (const group of groups) {
    const bytes = group.end - group.start
    if (size + bytes > partBytes) {
      parts.push([])
      size = 0
    }
    parts.at(-1)!.push(group)
    size += bytes
  }
  return parts
}

async function* partBytesOf(
  path: string,
  metadata: ThriftStruct,
  groups: readonly RowGroup[],
  start: number,
  before: number,
): AsyncGenerator<Buffer> {
  yield MAGIC
  yield* createReadStream(path, {
    start,
    end: before - 1,
    highWaterMark: 1024 * 1024,
  }) as AsyncIterable<Buffer>
  const written = writeStruct(metadataOf(metadata, groups, start - MAGIC.length))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(written.length)
  yield Buffer.concat([written, length, MAGIC])
}

async function withFile<T>(path: string, work: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const file = await open(path)
  try {
    return await work(file, (await file.stat()).size)
  } finally {
    await file.close()
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, Math.max(0, position))
  return buffer.subarray(0, bytesRead)
}
