import { open } from 'node:fs/promises'
import { UnreadableFile } from '../unreadable-file.ts'
import { sizeOf, type ParquetSize } from './metadata.ts'
import { readStruct } from './thrift.ts'

const MAGIC = 'PAR1'
const END_BYTES = 8
/** Metadata of thousands of columns in many row groups; parsed they take many times their size. */
const MAX_METADATA_BYTES = 16_000_000

/** What the metadata of a Parquet file say about its size. Throws {@link UnreadableFile}. */
export async function parquetSize(path: string): Promise<ParquetSize> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const end = Buffer.alloc(END_BYTES)
    const { bytesRead } = await file.read(end, 0, END_BYTES, Math.max(0, size - END_BYTES))
    if (bytesRead < END_BYTES || end.toString('latin1', 4) !== MAGIC)
      throw new UnreadableFile(
        'it does not end as a Parquet file does, so it is cut off or in another format',
      )
    const length = end.readUInt32LE(0)
    if (length > size - END_BYTES) throw new UnreadableFile('it is shorter than its metadata say')
    if (length > MAX_METADATA_BYTES)
      throw new UnreadableFile(`its metadata have more than ${MAX_METADATA_BYTES} bytes: write larger row groups`) // prettier-ignore
    const metadata = Buffer.alloc(length)
    await file.read(metadata, 0, length, size - END_BYTES - length)
    return sizeOf(readStruct(metadata))
  } finally {
    await file.close()
  }
}
