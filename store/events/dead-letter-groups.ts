import { deadLetterId, type DeadLetterPlace } from './dead-letter-id.ts'
import { conditionsOf, PLACE, placeLiteral, type DeadLetterFilter } from './read-dead-letters.ts'
import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'

/** The newest dead letter of a group; of its payload the beginning. */
export interface DeadLetterExample {
  id: string
  detail: string
  payload: string
  /** Whether there is more of the payload. */
  isShortened: boolean
}

/** The dead letters of one model and reason. Times are milliseconds since 1970. */
export interface DeadLetterGroup {
  model: string
  reason: string
  letters: number
  firstReceived: number
  lastReceived: number
  /** Undefined where it was replayed in the meantime. */
  example: DeadLetterExample | undefined
}

/** Characters of an example's payload. */
export const EXAMPLE_LENGTH = 1000

/** The dead letters by model and reason, the most frequent first; `more` says whether there are other groups. */
export async function groupDeadLetters(
  store: Store,
  { limit, ...filter }: DeadLetterFilter & { limit: number },
): Promise<{ groups: DeadLetterGroup[]; more: boolean }> {
  const found = await rows<GroupRow>(
    store.read,
    `SELECT model, reason, count() AS letters,
       toUnixTimestamp64Milli(min(received_at)) AS first, toUnixTimestamp64Milli(max(received_at)) AS last,
       argMax((${PLACE}), (received_at, ${PLACE})) AS newest
     FROM dead_letters FINAL WHERE ${conditionsOf(filter).join(' AND ')}
     GROUP BY model, reason ORDER BY letters DESC, model, reason LIMIT ${Math.max(1, Math.trunc(limit)) + 1}`,
  )
  const shown = found.slice(0, limit)
  const examples = await readExamples(store, shown.map(placeOf))
  const groups = shown.map((row) => ({
    model: row.model,
    reason: row.reason,
    letters: row.letters,
    firstReceived: row.first,
    lastReceived: row.last,
    example: examples.get(deadLetterId(placeOf(row))),
  }))
  return { groups, more: found.length > limit }
}

interface GroupRow {
  model: string
  reason: string
  letters: number
  first: number
  last: number
  newest: readonly [string, number, number, number]
}

function placeOf({ newest: [source, partition, offset, stamp] }: GroupRow): DeadLetterPlace {
  return { source, partition, offset, stamp }
}

async function readExamples(
  store: Store,
  places: readonly DeadLetterPlace[],
): Promise<Map<string, DeadLetterExample>> {
  if (places.length === 0) return new Map()
  const found = await rows<DeadLetterPlace & { detail: string; beginning: string; length: number }>(
    store.read,
    `SELECT ${PLACE}, detail, substringUTF8(payload, 1, ${EXAMPLE_LENGTH}) AS beginning, lengthUTF8(payload) AS length
     FROM dead_letters FINAL WHERE gone = 0 AND (${PLACE}) IN (${places.map(placeLiteral).join(', ')})`,
  )
  return new Map(
    found.map(({ detail, beginning, length, ...place }) => {
      const id = deadLetterId(place)
      return [id, { id, detail, payload: beginning, isShortened: length > EXAMPLE_LENGTH }]
    }),
  )
}
