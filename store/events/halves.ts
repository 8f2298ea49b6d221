import type { Store } from '../engine/client.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import { instant, literal } from '../engine/sql.ts'

/** The two halves of an exchange with a model: what it was asked, and what it answered. */
export type HalfPart = 'request' | 'response'

/** One half of an exchange that KServe has logged, waiting for the other. */
export interface Half {
  model: string
  /** What both halves share. */
  id: string
  part: HalfPart
  /** When it was logged, milliseconds since 1970; that of the request is the time of the predictions. */
  ts: number
  version: string | undefined
  /** One for each instance: of the request its features, of the response `prediction`, `score` and `scores`. */
  rows: Record<string, unknown>[]
  /** Why instances cannot be read, by their place in `rows`. */
  faults?: Record<number, string> | undefined
}

/** How the rows of halves are written and read, which may hold whole numbers beyond 2^53. */
export interface HalfText {
  write: (content: unknown) => string
  read: (text: string) => unknown
}

/**
 * Keeps halves for seven days after `now`, so that the other one can be given to them. Resolves once they can be found;
 * those of longer ago the engine drops at once.
 */
export async function insertHalves(
  store: Store,
  halves: readonly Half[],
  now: Date,
  { write }: HalfText,
): Promise<void> {
  const lines = halves.map(({ model, id, part, ts, version, rows, faults }) =>
    JSON.stringify([model, id, part, ts, write({ version, rows, faults }), now.getTime()]),
  )
  await insertEncoded(store.ingest, 'halves', ['model', 'id', 'part', 'ts', 'content', 'received_at'], lines)
}

/** Stored halves that complete the given ones; one that was stored twice may come twice. */
export async function findOtherHalves(
  store: Store,
  halves: readonly Half[],
  { read }: HalfText,
): Promise<Half[]> {
  if (halves.length === 0) return []
  const models = [...new Set(halves.map(({ model }) => model))].map(literal)
  const others = (['request', 'response'] as const).flatMap((part) => {
    const ids = halves.filter((half) => half.part !== part).map(({ id }) => literal(id))
    return ids.length === 0 ? [] : [`part = ${literal(part)} AND id IN (${ids.join(', ')})`]
  })
  const found = await rows<{ model: string; id: string; part: HalfPart; at: number; content: string }>(
    store.ingest,
    `SELECT model, id, part, toUnixTimestamp64Milli(ts) AS at, content FROM halves
     WHERE model IN (${models.join(', ')}) AND (${others.join(' OR ')})`,
  )
  return found.map(({ at, content, ...half }) => ({
    ...half,
    ts: at,
    ...(read(content) as Pick<Half, 'version' | 'rows' | 'faults'>),
  }))
}

export interface UnmatchedHalves {
  model: string
  /** The half that is there. */
  part: HalfPart
  exchanges: number
}

/**
 * Exchanges of which only one half is there, and has been since before `cutoff`: requests that failed, and logs that
 * are not complete. Where halves that had been joined already were delivered once more, and one of them alone, that
 * one is counted as well.
 */
export async function countUnmatchedHalves(store: Store, cutoff: Date): Promise<UnmatchedHalves[]> {
  return rows<UnmatchedHalves>(
    store.read,
    `SELECT model, only AS part, count() AS exchanges FROM (
       SELECT model, id, min(part) AS only, max(part) AS other, max(received_at) AS last FROM halves
       GROUP BY model, id HAVING only = other AND last < ${instant(cutoff)})
     GROUP BY model, part ORDER BY model, part`,
  )
}
