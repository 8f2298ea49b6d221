import type { Store } from '../engine/client.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import { instant, literal } from '../engine/sql.ts'

/** What an exchange with a model consists of. */
export type ExchangePart = 'request' | 'response'

/** A request or a response that KServe's inference logger has sent, waiting for its counterpart. */
export interface InferenceLog {
  model: string
  /** Of the exchange: the request and its response share it. */
  id: string
  part: ExchangePart
  /** When it was logged, milliseconds since 1970; that of the request is the time of the predictions. */
  ts: number
  version: string | undefined
  /** One for each instance: of the request its features, of the response `prediction`, `score` and `scores`. */
  rows: Record<string, unknown>[]
  /** Why instances cannot be read, by their place in `rows`. */
  faults?: Record<number, string> | undefined
}

/** How the rows of a log are written and read, which may hold whole numbers beyond 2^53. */
export interface InferenceLogText {
  write: (content: unknown) => string
  read: (text: string) => unknown
}

/**
 * Keeps logs for seven days after `now`, until their counterparts come. Resolves once they can be found; older ones the
 * engine drops at once.
 */
export async function insertInferenceLogs(
  store: Store,
  logs: readonly InferenceLog[],
  now: Date,
  { write }: InferenceLogText,
): Promise<void> {
  const lines = logs.map(({ model, id, part, ts, version, rows, faults }) =>
    JSON.stringify([model, id, part, ts, write({ version, rows, faults }), now.getTime()]),
  )
  await insertEncoded(store.ingest, 'halves', ['model', 'id', 'part', 'ts', 'content', 'received_at'], lines)
}

/** Stored logs that complete the exchanges of the given ones; one that was stored twice may come twice. */
export async function findCounterparts(
  store: Store,
  logs: readonly InferenceLog[],
  { read }: InferenceLogText,
): Promise<InferenceLog[]> {
  if (logs.length === 0) return []
  const models = [...new Set(logs.map(({ model }) => model))].map(literal)
  const others = (['request', 'response'] as const).flatMap((part) => {
    const ids = logs.filter((log) => log.part !== part).map(({ id }) => literal(id))
    return ids.length === 0 ? [] : [`part = ${literal(part)} AND id IN (${ids.join(', ')})`]
  })
  const found = await rows<{ model: string; id: string; part: ExchangePart; at: number; content: string }>(
    store.ingest,
    `SELECT model, id, part, toUnixTimestamp64Milli(ts) AS at, content FROM halves
     WHERE model IN (${models.join(', ')}) AND (${others.join(' OR ')})`,
  )
  return found.map(({ at, content, ...log }) => ({
    ...log,
    ts: at,
    ...(read(content) as Pick<InferenceLog, 'version' | 'rows' | 'faults'>),
  }))
}

export interface UnmatchedExchanges {
  model: string
  /** The one that is there. */
  part: ExchangePart
  exchanges: number
}

/**
 * Exchanges of which only the request or only the response is there, and has been since before `cutoff`: requests that
 * failed, and logs that are not complete. Of an exchange that was paired already, a log that is delivered once more
 * without its counterpart is counted as well.
 */
export async function countUnmatchedExchanges(store: Store, cutoff: Date): Promise<UnmatchedExchanges[]> {
  return rows<UnmatchedExchanges>(
    store.read,
    `SELECT model, only AS part, count() AS exchanges FROM (
       SELECT model, id, min(part) AS only, max(part) AS other, max(received_at) AS last FROM halves
       GROUP BY model, id HAVING only = other AND last < ${instant(cutoff)})
     GROUP BY model, part ORDER BY model, part`,
  )
}
