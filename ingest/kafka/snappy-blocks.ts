/** Java's producers write blocks in a frame of their library, which begins with this; others write one bare block. */
const XERIAL = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0])
/** The mark, a version and the oldest compatible version. */
const HEADER_BYTES = 16
const LENGTH_BYTES = 4

export interface SnappyBlock {
  block: Buffer
  /** Bytes that the block says it holds. */
  size: number
}

/**
 * The bare blocks of compressed data, with or without Java's frame. Throws where the data end too soon, between two
 * blocks of a frame excepted: the format has no mark at its end.
 */
export function snappyBlocks(data: Buffer): SnappyBlock[] {
  if (!startsFrame(data)) return [{ block: data, size: contentSize(data) }]
  const blocks: SnappyBlock[] = []
  let at = 0
  while (at < data.length) {
    // A stream that was closed and opened again has another header in its middle.
    if (startsFrame(data.subarray(at))) {
      at += HEADER_BYTES
      continue
    }
    if (at + LENGTH_BYTES > data.length) throw new Error('it ends inside the length of a block')
    const end = at + LENGTH_BYTES + data.readUInt32BE(at)
    if (end > data.length) throw new Error('it ends inside a block')
    const block = data.subarray(at + LENGTH_BYTES, end)
    blocks.push({ block, size: contentSize(block) })
    at = end
  }
  if (at > data.length) throw new Error('it ends inside the header')
  return blocks
}

function startsFrame(data: Buffer): boolean {
  return data.subarray(0, XERIAL.length).equals(XERIAL)
}

/** A block begins with its size, seven bits a byte, the lowest first. */
function contentSize(block: Buffer): number {
  let size = 0
  for (let index = 0; index < 5 && index < block.length; index++) {
    const byte = block[index]
    size += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return size
  }
  throw new Error('a block does not start with its size')
}
