import { modelDocuments } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { array, literal } from '../engine/sql.ts'
import type { DeadLetterPlace } from '../events/dead-letter-id.ts'
import { PLACE, placeLiteral } from '../events/read-dead-letters.ts'
import { mentions } from './mentions.ts'
import { mutate } from './mutate.ts'
import type { Sought } from './sought.ts'

/** Payloads that are read at once have about so many bytes. */
const PAGE_BYTES = 16_000_000
const PAGE_ROWS = 5_000
/** Dead letters that one statement names. */
const PLACES_PER_STATEMENT = 5_000

type Place = Required<DeadLetterPlace>

/**
 * The dead letters that name one of the ids, and which ids they name. Looks at those of the model and of names that no model
 * has, at every stored version: one that was replayed stays on the disk for a time.
 */
export async function findDeadLettersOf(
  store: Store,
  { model, ids, exchanges }: Sought,
): Promise<{ deadLetters: DeadLetterPlace[]; named: ReadonlySet<string> }> {
  const others = (await modelDocuments.list(store.control)).map(({ name }) => name)
  const elsewhere = array(others.filter((name) => name !== model).map(literal), 'String')
  const named = new Set<string>()
  const isOne = (candidate: string) => {
    if (ids.has(candidate)) named.add(candidate)
    return ids.has(candidate) || exchanges.has(candidate)
  }
  const deadLetters: DeadLetterPlace[] = []
  for await (const page of pages(store, `model NOT IN (${elsewhere}) AND payload != ''`))
    for (const { payload, headers, ...place } of page)
      // Not at the first one found: each id is looked for.
      if ([payload, headers].filter((text) => mentions(text, isOne)).length > 0) deadLetters.push(place)
  return { deadLetters, named }
}

interface Letter extends Place {
  payload: string
  headers: string
}

/** Dead letters by their place, each page of a bearable size. Versions of one place stand together. */
async function* pages(store: Store, condition: string): AsyncGenerator<Letter[]> {
  let after: Place | undefined
  for (;;) {
    const rest = `${condition} ${after === undefined ? '' : `AND (${PLACE}) > ${placeLiteral(after)}`}`
    const lengths = await rows<Place & { bytes: number }>(
      store.rollup,
      `SELECT ${PLACE}, sum(length(payload)) AS bytes FROM dead_letters WHERE ${rest}
       GROUP BY ${PLACE} ORDER BY ${PLACE} LIMIT ${PAGE_ROWS}`,
    )
    if (lengths.length === 0) return
    let bytes = 0
    const tooMany = lengths.findIndex((letter) => (bytes += letter.bytes) > PAGE_BYTES)
    const last = lengths[tooMany < 0 ? lengths.length - 1 : Math.max(0, tooMany - 1)]
    yield await rows<Letter>(
      store.rollup,
      `SELECT DISTINCT ${PLACE}, payload, headers FROM dead_letters
       WHERE ${rest} AND (${PLACE}) <= ${placeLiteral(last)}`,
    )
    after = { source: last.source, partition: last.partition, offset: last.offset, stamp: last.stamp }
  }
}

/** Deletes every version of dead letters from the parts in use. */
export async function deleteDeadLetters(
  store: Store,
  deadLetters: readonly DeadLetterPlace[],
): Promise<void> {
  for (let start = 0; start < deadLetters.length; start += PLACES_PER_STATEMENT) {
    const places = deadLetters.slice(start, start + PLACES_PER_STATEMENT).map(placeLiteral)
    await mutate(store, 'dead_letters', `DELETE WHERE (${PLACE}) IN (${places.join(', ')})`)
  }
}
