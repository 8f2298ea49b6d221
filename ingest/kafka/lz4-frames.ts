const MAGIC = 0x184d2204
/** Bytes of content that a block holds at most, by the code in the frame's descriptor. */
const BLOCK_SIZES: Partial<Record<number, number>> = { 4: 2 ** 16, 5: 2 ** 18, 6: 2 ** 20, 7: 2 ** 22 }
/** No byte of a block stands for more bytes of content. */
const MAX_RATIO = 255
const STORED = 0x80000000

export interface Lz4Frame {
  frame: Buffer
  /** Bytes of content that it holds at most. */
  largestContent: number
}

/**
 * The frames of compressed data, one after the other. The library reads the first alone, and takes one that ends
 * between two blocks for complete; here that is an error.
 * Format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export function lz4Frames(data: Buffer): Lz4Frame[] {
  const frames: Lz4Frame[] = []
  for (let start = 0; start < data.length;) {
    const { end, largestContent } = walkFrame(data, start)
    frames.push({ frame: data.subarray(start, end), largestContent })
    start = end
  }
  if (frames.length === 0) throw new Error('it is empty')
  return frames
}

function walkFrame(data: Buffer, start: number): { end: number; largestContent: number } {
  const word = (at: number) => {
    if (at + 4 > data.length) throw new Error('it ends inside a frame')
    return data.readUInt32LE(at)
  }
  if (word(start) !== MAGIC) throw new Error('it is not an LZ4 frame')
  // Where these are missing, so is the length of the first block, which is asked for below.
  const [flags, descriptor] = [data[start + 4] ?? 0, data[start + 5] ?? 0]
  const [hasDictionary, hasContentChecksum, hasContentSize, hasBlockChecksum] = [1, 4, 8, 16].map((bit) => (flags & bit) !== 0) // prettier-ignore
  const blockSize = BLOCK_SIZES[(descriptor >> 4) & 7]
  if (hasDictionary) throw new Error('it needs a dictionary')
  if (blockSize === undefined) throw new Error('its frame has an unknown block size')
  let at = start + 7 + (hasContentSize ? 8 : 0)
  let largestContent = 0
  for (let length = word(at); length !== 0; length = word(at)) {
    const bytes = length & ~STORED
    largestContent += length >= STORED ? bytes : Math.min(blockSize, MAX_RATIO * bytes)
    at += 4 + bytes + (hasBlockChecksum ? 4 : 0)
  }
  const end = at + 4 + (hasContentChecksum ? 4 : 0)
  if (end > data.length) throw new Error('it ends inside a checksum')
  return { end, largestContent }
}
