import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { PostgresLocation } from '../../../control/declared/sources/locations.ts'
import { LocationError, type Location } from '../location.ts'
import { sourceVariable, type SourceSettings } from '../settings.ts'
import { boundsOf, pathOf, type Settling } from './cursor.ts'
import { countUnordered, describeQuery, linesWithin, nextBound, type Query } from './query.ts'
import { reading, type Run } from './session.ts'

/** More are in a piece only where they have the same cursor. */
const PIECE_ROWS = 100_000

export interface PostgresOptions extends Settling {
  settings: SourceSettings
  now: () => number
  pieceRows?: number
}

export interface PostgresRows extends Location {
  /** Rows that no piece holds, now or later: their cursor is null or infinite. It may read the whole table. */
  countUnordered(signal: AbortSignal): Promise<number>
}

/**
 * The rows of a query in the order of its cursor, piece by piece. By a time only rows that have settled are read. A number
 * does not tell when it was given: one whose transaction ends after a higher one was read is passed over, so a number is
 * for tables that one writer fills.
 */
export function createPostgresLocation(
  { connection, query, cursor }: PostgresLocation,
  { settings, now, pieceRows = PIECE_ROWS, ...settling }: PostgresOptions,
): PostgresRows {
  const variable = sourceVariable(connection, 'URL')
  const asking = async <T>(signal: AbortSignal, work: (run: Run, query: Query) => Promise<T>): Promise<T> => {
    const url = settings.variables[variable]
    if (url === undefined)
      throw new LocationError(`the service has no ${variable}: set it to the address of PostgreSQL`)
    return reading(url, variable, signal, async (run) => work(run, await describeQuery(run, query, cursor)))
  }
  return {
    async *list(last, signal) {
      const after = last === undefined ? undefined : boundsOf(last)?.to
      const options = { ...settling, pieceRows }
      const to = await asking(signal, (run, found) => nextBound(run, found, after, options))
      if (to === undefined) return
      yield { path: pathOf({ after, to }), etag: 'rows', size: 0, modifiedAt: now(), constants: {} }
    },
    async fetch({ path }, target, signal) {
      const bounds = boundsOf(path)
      if (bounds === undefined) return 'changed'
      const written = await asking(signal, async (run, found) => {
        const file = createWriteStream(target, { mode: 0o600 })
        await pipeline(linesWithin(run, found, bounds), file, { signal })
        return file.bytesWritten
      })
      // All its rows are gone.
      return written === 0 ? 'changed' : 'fetched'
    },
    countUnordered: (signal) => asking(signal, countUnordered),
    close: () => Promise.resolve(),
  }
}
