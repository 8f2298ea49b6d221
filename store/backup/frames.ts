import { z } from 'zod'
import { manifestSchema, type Manifest } from './manifest.ts'

/** A backup as it travels from the service to the command that asked for it. */
export type Frame =
  | { type: 'plan'; rows: number }
  | { type: 'file'; name: string }
  | { type: 'data'; bytes: Buffer }
  | { type: 'end'; rows: number }
  | { type: 'manifest'; manifest: Manifest }
  | { type: 'error'; message: string }

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('plan'), rows: z.number() }),
  z.object({ type: z.literal('file'), name: z.string() }),
  z.object({ type: z.literal('end'), rows: z.number() }),
  z.object({ type: z.literal('manifest'), manifest: manifestSchema }),
  z.object({ type: z.literal('error'), message: z.string() }),
])

const HEADER_BYTES = 5
const KIND = { message: 0, data: 1 } as const
/** Far more than any frame that is sent. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024

export function encodeFrame(frame: Frame): Buffer {
  const isData = frame.type === 'data'
  const payload = isData ? frame.bytes : Buffer.from(JSON.stringify(frame))
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(isData ? KIND.data : KIND.message)
  header.writeUInt32BE(payload.length, 1)
  return Buffer.concat([header, payload])
}

/** The frames of a stream. One that breaks off ends without a manifest. Throws where they are no frames. */
export async function* decodeFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      if (rest.length < HEADER_BYTES) break
      const length = rest.readUInt32BE(1)
      if (length > MAX_FRAME_BYTES) throw new Error('the answer is no backup')
      if (rest.length < HEADER_BYTES + length) break
      const payload = rest.subarray(HEADER_BYTES, HEADER_BYTES + length)
      yield rest[0] === KIND.data
        ? { type: 'data', bytes: payload }
        : messageSchema.parse(JSON.parse(payload.toString('utf8')))
      rest = rest.subarray(HEADER_BYTES + length)
    }
  }
}
