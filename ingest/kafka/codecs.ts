import { sum } from '../../domain/sum.ts'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Decoder, Encoder } from '@toondepauw/node-zstd'
import kafkajs, { CompressionTypes } from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { compress, uncompress } from 'snappy'
import { lz4Frames } from './lz4-frames.ts'
import { snappyBlocks } from './snappy-blocks.ts'
import { largestZstdContent } from './zstd-content.ts'

/**
 * Bytes that one batch may grow to. Brokers take batches of 1 MB, compressed, unless told otherwise; what grows more
 * than a hundredfold was made to fill our memory.
 */
export const MAX_BATCH_BYTES = 128 * 1024 * 1024

interface Codec {
  compress: (data: Buffer) => Promise<Buffer>
  decompress: (data: Buffer) => Promise<Buffer>
}

const codecs = {
  gzip: {
    compress: promisify<Buffer, Buffer>(gzip),
    decompress: (data) => promisify(gunzip)(data, { maxOutputLength: MAX_BATCH_BYTES }),
  },
  snappy: {
    compress: (data) => compress(data),
    async decompress(data) {
      const blocks = snappyBlocks(data)
      refuseLarge(sum(blocks.map(({ size }) => size)))
      return Buffer.concat(await Promise.all(blocks.map(({ block }) => uncompress(block) as Promise<Buffer>)))
    },
  },
  lz4: {
    compress: (data) => compressFrame(data),
    async decompress(data) {
      const frames = lz4Frames(data)
      refuseLarge(sum(frames.map(({ largestContent }) => largestContent)))
      return Buffer.concat(await Promise.all(frames.map(({ frame }) => decompressFrame(frame))))
    },
  },
  zstd: {
    compress: (data) => new Encoder(3).encode(data),
    async decompress(data) {
      refuseLarge(largestZstdContent(data))
      return new Decoder().decode(data)
    },
  },
} satisfies Record<string, Codec>

/** Teaches the client every compression that producers of Kafka use. */
export function registerCodecs(): void {
  const { CompressionCodecs } = kafkajs
  CompressionCodecs[CompressionTypes.GZIP] = () => forClient('gzip')
  CompressionCodecs[CompressionTypes.Snappy] = () => forClient('snappy')
  CompressionCodecs[CompressionTypes.LZ4] = () => forClient('lz4')
  CompressionCodecs[CompressionTypes.ZSTD] = () => forClient('zstd')
}

/** A codec as the client calls it. */
function forClient(name: keyof typeof codecs) {
  const { compress, decompress }: Codec = codecs[name]
  return {
    compress: (encoder: { buffer: Buffer }) => compress(encoder.buffer),
    async decompress(data: Buffer): Promise<Buffer> {
      try {
        return await decompress(data)
      } catch (cause) {
        // Of the kind that the client does not try again: the same bytes would come.
        throw new kafkajs.KafkaJSNonRetriableError(
          `a batch compressed with ${name} cannot be read: ${(cause as Error).message}`,
        )
      }
    },
  }
}

function refuseLarge(size: number): void {
  if (size > MAX_BATCH_BYTES)
    throw new Error(
      `it would take up to ${size} bytes decompressed, but at most ${MAX_BATCH_BYTES} are accepted`,
    )
}
