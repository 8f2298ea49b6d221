import { insertDeadLetters, payloadOffset, type DeadLetter } from '../../store/events/dead-letters.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Rejection } from '../decode/outcome.ts'
import type { RecordOrigin } from '../decode/origin.ts'

/** A record that could not be taken. */
export interface Buried {
  source: string
  /** Empty where the record names none that can be read. */
  model: string
  rejection: Rejection
  raw: string | Buffer
  origin: RecordOrigin | undefined
}

/** Keeps records that could not be taken as dead letters, each once however often it comes. */
export async function bury(store: Store, buried: readonly Buried[], now: Date): Promise<void> {
  const letters = new Map<string, DeadLetter>()
  for (const {
    source,
    model,
    rejection: { reason, detail },
    raw,
    origin,
  } of buried) {
    const payload = raw.toString()
    const { partition, offset, recordedAt, headers } = origin ?? {
      partition: 0,
      offset: payloadOffset(model, payload),
      recordedAt: now.getTime(),
      headers: {},
    }
    const letter = { source, partition, offset, recordedAt, headers, model, reason, detail, payload }
    letters.set(`${source} ${partition} ${offset}`, letter)
  }
  await insertDeadLetters(store, [...letters.values()], now)
}
