import { createHash } from 'node:crypto'
import type { DeadLetterPlace } from './dead-letter-id.ts'
import { insertEncoded } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'

/** Appended to the migrations: what a dead letter needs to be replayed as its source would hand it on. */
export const DEAD_LETTER_MIGRATIONS: readonly string[] = [
  `ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS recorded_at DateTime64(3, 'UTC'),
    ADD COLUMN IF NOT EXISTS headers String`,
]

/** Appended to the migrations: a newer version of a dead letter that says it is gone. */
export const REPLAY_MIGRATIONS: readonly string[] = [
  'ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS gone UInt8',
]

/** Appended to the migrations: tells apart what stood at the same place of topics with one name. */
export const STAMP_MIGRATIONS: readonly string[] = [
  `ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS stamp Int64,
    MODIFY ORDER BY (source, partition, offset, stamp)`,
]

/** What could not be read. */
export interface DeadLetter extends DeadLetterPlace {
  /** When the source recorded it; milliseconds since 1970. */
  recordedAt: number
  headers: Readonly<Record<string, string>>
  model: string
  reason: string
  detail: string
  payload: string
}

/** Payloads are kept whole up to this many characters. */
export const MAX_PAYLOAD = 1_000_000

/** Records what could not be read. Resolves once it is stored. */
export async function insertDeadLetters(
  store: Store,
  deadLetters: readonly DeadLetter[],
  now: Date,
): Promise<void> {
  const lines = deadLetters.map(
    ({ source, partition, offset, stamp = 0, recordedAt, headers, model, reason, detail, payload }) =>
      JSON.stringify([
        source,
        partition,
        offset,
        now.getTime(),
        model.toWellFormed(),
        reason,
        detail.toWellFormed(),
        payload.slice(0, MAX_PAYLOAD).toWellFormed(),
        recordedAt,
        JSON.stringify(headers).toWellFormed(),
        stamp,
      ]),
  )
  const columns = [
    'source',
    'partition',
    'offset',
    'received_at',
    'model',
    'reason',
    'detail',
    'payload',
    'recorded_at',
    'headers',
    'stamp',
  ]
  await insertEncoded(store.ingest, 'dead_letters', columns, lines)
}

/** An offset for a record that came without one: the same payload gets the same, so that a retry adds nothing. */
export function payloadOffset(model: string, payload: string): number {
  const digest = createHash('sha256').update(model).update('\0').update(payload).digest()
  return digest.readUIntBE(0, 6)
}

/**
 * Marks dead letters as gone. One that is rejected again after `now` is a dead letter again.
 * @param deadLetters with the time at which each was last rejected, milliseconds since 1970
 */
export async function removeDeadLetters(
  store: Store,
  deadLetters: readonly (DeadLetterPlace & { receivedAt: number; recordedAt: number | undefined })[],
  now: Date,
): Promise<void> {
  // Of all versions the newest counts, also where the clock of another process goes ahead.
  const lines = deadLetters.map(({ source, partition, offset, stamp = 0, receivedAt, recordedAt = 0 }) =>
    JSON.stringify([source, partition, offset, stamp, recordedAt, Math.max(now.getTime(), receivedAt), 1]),
  )
  await insertEncoded(
    store.ingest,
    'dead_letters',
    ['source', 'partition', 'offset', 'stamp', 'recorded_at', 'received_at', 'gone'],
    lines,
  )
}
