const MAGIC = 0xfd2fb528
/** Frames with other magic numbers, sixteen of them, are to be passed over. */
const SKIPPABLE = 0x184d2a50
const MAX_BLOCK_BYTES = 128 * 1024
const [RAW, REPEATED, COMPRESSED] = [0, 1, 2]
const DICTIONARY_ID_BYTES = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES = [0, 2, 4, 8]

/**
 * Bytes that compressed data hold at most, from the headers of their blocks alone; the library asks nobody before it
 * takes the memory. Throws where the data are no Zstandard or end too soon.
 * Format: RFC 8878, section 3.1.
 */
export function largestZstdContent(data: Buffer): number {
  let largest = 0
  let at = 0
  const number = (bytes: number) => {
    if (at + bytes > data.length) throw new Error('it ends inside a frame')
    const value = data.readUIntLE(at, bytes)
    at += bytes
    return value
  }
  while (at < data.length) {
    const magic = number(4)
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      const size = number(4)
      at += size
      continue
    }
    if (magic !== MAGIC) throw new Error('it is not a Zstandard frame')
    const flags = number(1)
    at += headerBytes(flags)
    for (let isLast = false; !isLast;) {
      const header = number(3)
      isLast = (header & 1) === 1
      const [kind, size] = [(header >> 1) & 3, header >> 3]
      if (kind !== RAW && kind !== REPEATED && kind !== COMPRESSED)
        throw new Error('a block is of an unknown type')
      largest += kind === COMPRESSED ? MAX_BLOCK_BYTES : size
      at += kind === REPEATED ? 1 : size
    }
    const hasChecksum = (flags & 4) !== 0
    at += hasChecksum ? 4 : 0
  }
  if (at > data.length) throw new Error('it ends inside a frame')
  return largest
}

/** What follows the first byte of a frame's header. */
function headerBytes(flags: number): number {
  const isSingleSegment = (flags & 32) !== 0
  const contentSize = CONTENT_SIZE_BYTES[flags >> 6]
  return (
    // The window's size, left out where the content's size stands for it.
    (isSingleSegment ? Math.max(contentSize, 1) : contentSize + 1) + DICTIONARY_ID_BYTES[flags & 3]
  )
}
