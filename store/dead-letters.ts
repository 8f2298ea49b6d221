import { createHash } from 'node:crypto'
import { insertEncoded, rows } from './query.ts'
import { isoText } from './sql.ts'
import type { Store } from './client.ts'

export interface DeadLetter {
  /** Topic, or `http:predictions` and `http:labels`. */
  source: string
  partition: number
  /** With `source` and `partition` the identity: the same letter twice is one. */
  offset: number
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
  letters: readonly DeadLetter[],
  now: Date,
): Promise<void> {
  const lines = letters.map(({ source, partition, offset, model, reason, detail, payload }) =>
    JSON.stringify([
      source,
      partition,
      offset,
      now.getTime(),
      model.toWellFormed(),
      reason,
      detail.toWellFormed(),
      payload.slice(0, MAX_PAYLOAD).toWellFormed(),
    ]),
  )
  const columns = ['source', 'partition', 'offset', 'received_at', 'model', 'reason', 'detail', 'payload']
  await insertEncoded(store.ingest, 'dead_letters', columns, lines)
}

/** An offset for a letter that came without one: the same payload gets the same, so that a retry adds nothing. */
export function payloadOffset(model: string, payload: string): number {
  const digest = createHash('sha256').update(model).update('\0').update(payload).digest()
  return digest.readUIntBE(0, 6)
}

export type StoredDeadLetter = DeadLetter & { received_at: string }

/** The newest letters first. */
export async function listDeadLetters(
  store: Store,
  model: string | undefined,
  limit: number,
): Promise<StoredDeadLetter[]> {
  const only = model === undefined ? '' : 'WHERE model = {model:String}'
  return rows<StoredDeadLetter>(
    store.read,
    `SELECT source, partition, offset, ${isoText('dead_letters.received_at')} AS received_at, model, reason, detail, payload
     FROM dead_letters FINAL ${only} ORDER BY dead_letters.received_at DESC, source, partition, offset LIMIT {limit:UInt32}`,
    { model, limit },
  )
}
