import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import kafkajs, { CompressionTypes } from 'kafkajs'
import { compressFrame } from 'lz4-napi'
import { compress as snappyBlock } from 'snappy'
import { describe, expect, test } from 'vitest'
import { MAX_BATCH_BYTES, registerCodecs } from '../../../ingest/kafka/codecs.ts'

registerCodecs()

interface ClientCodec {
  compress: (encoder: { buffer: Buffer }) => Promise<Buffer>
  decompress: (data: Buffer) => Promise<Buffer>
}
const codec = (type: keyof typeof kafkajs.CompressionCodecs) =>
  kafkajs.CompressionCodecs[type]() as ClientCodec
const gzip = codec(CompressionTypes.GZIP)
const snappy = codec(CompressionTypes.Snappy)
const lz4 = codec(CompressionTypes.LZ4)
const zstd = codec(CompressionTypes.ZSTD)
const ALL = { gzip, snappy, lz4, zstd }

const text = Buffer.from(
  Array.from({ length: 4_000 }, (_, id) =>
    JSON.stringify({ id, x: Math.sin(id), city: 'Zürich 🏔 東京' }),
  ).join('\n'),
)

/** As Java's snappy library frames blocks, `version` 1 each. */
function xerial(...blocks: Buffer[]): Buffer {
  const header = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1])
  const length = (block: Buffer) => Buffer.from(new Uint32Array([block.length]).buffer).swap32()
  return Buffer.concat([header, ...blocks.flatMap((block) => [length(block), block])])
}

describe.each(Object.entries(ALL))('%s', (name, { compress, decompress }) => {
  const failure = new RegExp(`^a batch compressed with ${name} cannot be read: .+`)

  test('gives back what it was given', async () => {
    expect((await decompress(await compress({ buffer: text }))).equals(text)).toBe(true)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        const compressed = await compress({ buffer: Buffer.from(bytes) })
        expect((await decompress(compressed)).equals(bytes)).toBe(true)
      }),
    )
  })

  test('refuses data that end too soon, wherever they end', async () => {
    const compressed = await compress({ buffer: text.subarray(0, 3_000) })
    for (let length = 0; length < compressed.length; length++)
      await expect(decompress(compressed.subarray(0, length)), `${length} bytes`).rejects.toThrow(failure)
    const long = await compress({ buffer: text })
    for (const share of [0.1, 0.5, 0.9, 0.999])
      await expect(decompress(long.subarray(0, share * long.length))).rejects.toThrow(failure)
  })

  test('refuses what is no compressed data', async () => {
    await expect(decompress(Buffer.from('{"model":"flights"}'))).rejects.toThrow(failure)
    await expect(decompress(Buffer.alloc(64, 0xff))).rejects.toThrow(failure)
  })

  test('tells the client not to try again', async () => {
    const error: unknown = await decompress(Buffer.from('x')).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(kafkajs.KafkaJSNonRetriableError)
    expect(error).toMatchObject({ retriable: false })
  })

  test('refuses what would fill the memory', async () => {
    const bomb = await compress({ buffer: Buffer.alloc(MAX_BATCH_BYTES + 1) })
    expect(bomb.length).toBeLessThan(MAX_BATCH_BYTES / 20)
    await expect(decompress(bomb)).rejects.toThrow(failure)
  })
})

test('gzip of other writers', async () => {
  expect((await gzip.decompress(gzipSync(text, { level: 1 }))).equals(text)).toBe(true)
})

describe('snappy of Java', () => {
  const [first, second] = [text.subarray(0, 32_768), text.subarray(32_768)]

  test('has its blocks in a frame', async () => {
    const blocks = await Promise.all([first, second].map((part) => snappyBlock(part)))
    expect((await snappy.decompress(xerial(...blocks))).equals(text)).toBe(true)
    expect((await snappy.decompress(xerial())).length).toBe(0)
  })

  test('may have several frames, one after the other', async () => {
    const frames = Buffer.concat([xerial(await snappyBlock(first)), xerial(await snappyBlock(second))])
    expect((await snappy.decompress(frames)).equals(text)).toBe(true)
  })

  test('is refused where it ends too soon', async () => {
    const frame = xerial(
      await snappyBlock(text.subarray(0, 500)),
      await snappyBlock(text.subarray(500, 1_000)),
    )
    const whole = (await snappy.decompress(frame)).length
    expect(whole).toBe(1_000)
    for (let length = 1; length < frame.length; length++) {
      const outcome = await snappy
        .decompress(frame.subarray(0, length))
        .catch((error: Error) => error.message)
      // The format has no mark at its end: between two blocks nothing tells that another was to follow.
      if (typeof outcome !== 'string') expect([0, 500]).toContain(outcome.length)
    }
  })
})

describe('lz4', () => {
  test('may have several frames, one after the other', async () => {
    const frames = Buffer.concat([
      await compressFrame(text.subarray(0, 70_000)),
      await compressFrame(text.subarray(70_000), { contentChecksum: true, blockChecksums: true }),
    ])
    expect((await lz4.decompress(frames)).equals(text)).toBe(true)
    await expect(lz4.decompress(frames.subarray(0, -1))).rejects.toThrow('ends inside a checksum')
  })

  test('is refused where a checksum is wrong', async () => {
    const frame = await compressFrame(text, { contentChecksum: true })
    frame[frame.length - 1] ^= 1
    await expect(lz4.decompress(frame)).rejects.toThrow('a batch compressed with lz4 cannot be read')
  })
})

test('zstd may have several frames, and some to be passed over', async () => {
  const frames = Buffer.concat([
    await zstd.compress({ buffer: text.subarray(0, 100) }),
    Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]),
    await zstd.compress({ buffer: text.subarray(100) }),
  ])
  expect((await zstd.decompress(frames)).equals(text)).toBe(true)
})
