import { deadLetterId, type DeadLetterPlace } from './dead-letter-id.ts'
import type { DeadLetter } from './dead-letters.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

export interface StoredDeadLetter extends Omit<DeadLetter, 'recordedAt'> {
  /** When it was last rejected; milliseconds since 1970. */
  receivedAt: number
  /** Undefined for dead letters from before this was kept. */
  recordedAt: number | undefined
}

export interface DeadLetterFilter {
  model?: string | undefined
  reason?: string | undefined
  source?: string | undefined
  /** Received at this time or later. */
  from?: Date | undefined
  /** Received before this time. */
  to?: Date | undefined
}

/** Letters, and whether there are more: fewer come than asked for where their payloads are long. */
export interface DeadLetterPage {
  deadLetters: StoredDeadLetter[]
  more: boolean
}

/** Where a page of dead letters ended: the last one's time of receipt (epoch milliseconds) and its place. */
export type DeadLetterPosition = readonly [number, string, number, number, number]

const RECEIVED = 'toUnixTimestamp64Milli(dead_letters.received_at)'
export const PLACE = 'source, partition, offset, stamp'

/** Letters, newest first. */
export function listDeadLetters(
  store: Store,
  filter: DeadLetterFilter & { after?: DeadLetterPosition | undefined; limit: number },
): Promise<DeadLetterPage> {
  const { after, limit } = filter
  const conditions = after === undefined ? conditionsOf(filter) : [...conditionsOf(filter), isAfter(after)]
  return page(store, conditions, `dead_letters.received_at DESC, ${PLACE}`, limit)
}

/** In the order of their places, which, unlike the time, stays when a dead letter is rejected once more. */
export function readDeadLetters(
  store: Store,
  filter: DeadLetterFilter & { beyond?: DeadLetterPlace | undefined; limit: number },
): Promise<DeadLetterPage> {
  return page(store, beyondConditions(filter), PLACE, filter.limit)
}

/** How many dead letters {@link readDeadLetters} would find in all. */
export async function countDeadLetters(
  store: Store,
  filter: DeadLetterFilter & { beyond?: DeadLetterPlace | undefined },
): Promise<number> {
  const query = `SELECT count() AS n FROM dead_letters FINAL WHERE ${beyondConditions(filter).join(' AND ')}`
  return (await rows<{ n: number }>(store.read, query))[0].n
}

/** The dead letter of this place; where it is gone, when it went. */
export async function findDeadLetter(
  store: Store,
  place: DeadLetterPlace,
): Promise<StoredDeadLetter | { goneAt: number } | undefined> {
  const found = await rows<Row & { gone: number }>(
    store.read,
    `SELECT ${COLUMNS}, gone FROM dead_letters FINAL WHERE (${PLACE}) = ${placeLiteral(place)}`,
  )
  if (found[0] === undefined) return undefined
  const { gone, ...row } = found[0]
  return gone === 1 ? { goneAt: row.received } : toDeadLetter(row)
}

/** For those of the places that are taken, by id, when the source recorded what was there first; 0 where that is unknown. */
export async function recordedFirst(
  store: Store,
  places: readonly DeadLetterPlace[],
): Promise<ReadonlyMap<string, number>> {
  if (places.length === 0) return new Map()
  const found = await rows<Required<DeadLetterPlace> & { recorded: number }>(
    store.read,
    `SELECT ${PLACE}, toUnixTimestamp64Milli(recorded_at) AS recorded FROM dead_letters FINAL
     WHERE (${PLACE}) IN (${places.map((place) => placeLiteral({ ...place, stamp: 0 })).join(', ')})`,
  )
  return new Map(found.map(({ recorded, ...place }) => [deadLetterId(place), recorded]))
}

/** Payloads in one page may have this many bytes together. */
const MAX_PAYLOAD_BYTES = 32_000_000

async function page(
  store: Store,
  conditions: readonly string[],
  order: string,
  limit: number,
): Promise<DeadLetterPage> {
  const selected = (most: number) =>
    `FROM dead_letters FINAL WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${Math.max(0, Math.trunc(most))}`
  const lengths = await rows<{ bytes: number }>(
    store.read,
    `SELECT length(payload) AS bytes ${selected(limit + 1)}`,
  )
  let bytes = 0
  const fitting = lengths.findIndex((row) => (bytes += row.bytes) > MAX_PAYLOAD_BYTES)
  const most = Math.min(limit, fitting < 0 ? lengths.length : Math.max(1, fitting))
  const found = await rows<Row>(store.read, `SELECT ${COLUMNS} ${selected(most)}`)
  return { deadLetters: found.map(toDeadLetter), more: lengths.length > most }
}

interface Row extends Omit<DeadLetter, 'recordedAt' | 'headers'> {
  received: number
  recorded: number
  headers: string
}

const COLUMNS = `${PLACE}, model, reason, detail, payload, headers, ${RECEIVED} AS received,
  toUnixTimestamp64Milli(recorded_at) AS recorded`

function toDeadLetter({ received, recorded, headers, ...row }: Row): StoredDeadLetter {
  return {
    ...row,
    receivedAt: received,
    recordedAt: recorded === 0 ? undefined : recorded,
    headers: headers === '' ? {} : (JSON.parse(headers) as Record<string, string>),
  }
}

/** What a dead letter that fits the filter fulfils, as SQL. */
export function conditionsOf({ model, reason, source, from, to }: DeadLetterFilter): string[] {
  const given = Object.entries({ model, reason, source }).filter(([, value]) => value !== undefined)
  return [
    'gone = 0',
    ...given.map(([column, value]) => `${column} = ${literal(value!)}`),
    ...(from === undefined ? [] : [`${RECEIVED} >= ${from.getTime()}`]),
    ...(to === undefined ? [] : [`${RECEIVED} < ${to.getTime()}`]),
  ]
}

function beyondConditions(filter: DeadLetterFilter & { beyond?: DeadLetterPlace | undefined }): string[] {
  const { beyond } = filter
  const conditions = conditionsOf(filter)
  return beyond === undefined ? conditions : [...conditions, `(${PLACE}) > ${placeLiteral(beyond)}`]
}

/** The value of {@link PLACE} for one of them. */
export function placeLiteral({ source, partition, offset, stamp = 0 }: DeadLetterPlace): string {
  return `(${literal(source)}, ${[partition, offset, stamp].map(Math.trunc).join(', ')})`
}

function isAfter([receivedAt, source, partition, offset, stamp]: DeadLetterPosition): string {
  const time = Math.trunc(receivedAt)
  return `(${RECEIVED} < ${time} OR (${RECEIVED} = ${time} AND (${PLACE}) > ${placeLiteral({ source, partition, offset, stamp })}))`
}
