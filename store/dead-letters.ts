import { createHash } from 'node:crypto'
import { insertEncoded, rows } from './query.ts'
import { isoText, literal } from './sql.ts'
import type { Store } from './client.ts'

/** Appended to the migrations: what a letter needs to be taken again as its source would hand it on. */
export const DEAD_LETTER_MIGRATIONS: readonly string[] = [
  `ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS recorded_at DateTime64(3, 'UTC'),
    ADD COLUMN IF NOT EXISTS headers String`,
]

export interface DeadLetter {
  /** Topic, or `http:predictions` and `http:labels`. */
  source: string
  partition: number
  /** With `source` and `partition` the identity: the same letter twice is one. */
  offset: number
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
  letters: readonly DeadLetter[],
  now: Date,
): Promise<void> {
  const lines = letters.map(
    ({ source, partition, offset, recordedAt, headers, model, reason, detail, payload }) =>
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
  ]
  await insertEncoded(store.ingest, 'dead_letters', columns, lines)
}

/** An offset for a letter that came without one: the same payload gets the same, so that a retry adds nothing. */
export function payloadOffset(model: string, payload: string): number {
  const digest = createHash('sha256').update(model).update('\0').update(payload).digest()
  return digest.readUIntBE(0, 6)
}

export type StoredDeadLetter = Omit<DeadLetter, 'recordedAt' | 'headers'> & { received_at: string }

/** Where a page of letters ended: the last one's time of receipt (epoch milliseconds), source, partition, offset. */
export type DeadLetterPosition = readonly [number, string, number, number]

export interface DeadLetterFilter {
  model?: string | undefined
  /** Letters that come after it. */
  after?: DeadLetterPosition | undefined
  limit: number
}

/** Payloads in one answer may have this many bytes together. */
const MOST_PAYLOAD_BYTES = 32_000_000

/** Letters, newest first. Fewer than asked for, and `more`, where their payloads are long. */
export async function listDeadLetters(
  store: Store,
  filter: DeadLetterFilter,
): Promise<{ letters: StoredDeadLetter[]; more: boolean }> {
  const lengths = await rows<{ bytes: number }>(
    store.read,
    `SELECT length(payload) AS bytes ${selected({ ...filter, limit: filter.limit + 1 })}`,
  )
  let bytes = 0
  const fitting = lengths.findIndex((row) => (bytes += row.bytes) > MOST_PAYLOAD_BYTES)
  const limit = Math.min(filter.limit, fitting < 0 ? lengths.length : Math.max(1, fitting))
  const letters = await rows<StoredDeadLetter>(
    store.read,
    `SELECT source, partition, offset, ${isoText('dead_letters.received_at')} AS received_at, model, reason, detail,
       payload ${selected({ ...filter, limit })}`,
  )
  return { letters, more: lengths.length > limit }
}

function selected({ model, after, limit }: DeadLetterFilter): string {
  const conditions = [
    ...(model === undefined ? [] : [`model = ${literal(model)}`]),
    ...(after === undefined ? [] : [isAfter(after)]),
  ]
  return `FROM dead_letters FINAL ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
    ORDER BY dead_letters.received_at DESC, source, partition, offset LIMIT ${Math.max(0, Math.trunc(limit))}`
}

function isAfter([receivedAt, source, partition, offset]: DeadLetterPosition): string {
  const at = 'toUnixTimestamp64Milli(dead_letters.received_at)'
  const [time, p, o] = [receivedAt, partition, offset].map(Math.trunc)
  return `(${at} < ${time} OR (${at} = ${time} AND (source, partition, offset) > (${literal(source)}, ${p}, ${o})))`
}
