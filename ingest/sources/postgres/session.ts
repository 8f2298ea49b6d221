import pg from 'pg'
import { MINUTE_MS, SECOND_MS } from '../../../domain/time.ts'
import { sourceFault } from './faults.ts'

const CONNECT_MS = 10 * SECOND_MS
/** A query without an index on its cursor sorts the table. */
const STATEMENT_MS = 10 * MINUTE_MS
/** The server ends a statement by itself; one that is frozen, or behind a broken network, does not. */
const ANSWER_MS = STATEMENT_MS + 10 * SECOND_MS

/** Texts of the rows of an answer, and its columns. */
interface Answer {
  rows: (string | null)[][]
  fields: { name: string; dataTypeID: number }[]
}

/** Runs one statement. */
export type Run = (text: string, values?: readonly unknown[]) => Promise<Answer>

/** The extended protocol takes one statement only, whatever a query holds. */
interface OneStatement extends pg.QueryArrayConfig {
  queryMode: 'extended'
}

/**
 * Lets `work` run statements on a connection of its own, all of which see the same rows and none of which can change any.
 * Throws `LocationError`.
 */
export async function reading<T>(
  url: string,
  variable: string,
  signal: AbortSignal,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const client = clientOf(url, variable)
  // Of a connection that is lost; the statement that runs, or the next one, fails by itself.
  client.on('error', () => {})
  const end = () => void client.end()
  signal.addEventListener('abort', end, { once: true })
  const guarded = <R>(promise: Promise<R>): Promise<R> =>
    promise.catch((cause: unknown) => {
      signal.throwIfAborted()
      throw sourceFault(cause, variable)
    })
  const run: Run = (text, values = []) => {
    const config: OneStatement = { text, values: [...values], rowMode: 'array', queryMode: 'extended' }
    return guarded(client.query<(string | null)[]>(config))
  }
  try {
    await guarded(client.connect())
    await run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await run(`SET LOCAL statement_timeout = ${STATEMENT_MS}`)
    await run(`SET LOCAL TimeZone = 'UTC'`)
    await run(`SET LOCAL DateStyle = 'ISO'`)
    await run(`SET LOCAL extra_float_digits = 1`)
    return await work(run)
  } finally {
    signal.removeEventListener('abort', end)
    await client.end()
  }
}

function clientOf(connectionString: string, variable: string): pg.Client {
  try {
    return new pg.Client({
      connectionString,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: 'driftgauge source',
      types: { getTypeParser: () => (text: string) => text },
    })
  } catch (cause) {
    throw sourceFault(cause, variable)
  }
}
