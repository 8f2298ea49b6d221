import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { ServiceFailure } from '../client/failure.ts'
import type { OpenFile } from '../../ingest/files/file-shape.ts'
import { literal } from '../../store/engine/sql.ts'

/**
 * Real flights: 3 million departures in the United States, January to June 2001, from the airlines' reports to
 * the Bureau of Transportation Statistics. What the file is like:
 * - `date` is the actual departure to the minute, at the origin's own wall clock: Honolulu and New York both fly
 *   from 5 to 23 h. It is stamped as UTC, and no time zones come with it, so it is taken as it stands: `hour` is
 *   the local hour, as a model would want it, and a day is a day of operation.
 * - `delay` is that of the arrival, in minutes; cancelled flights are not in the file.
 * - Columns may be null by their type; none is. 191 flights occur twice, so a flight is known by its row number.
 * - Six flights of 30 June that left at 24:00 stand on 1 July.
 */
export interface Flight {
  /** Position in the file. */
  row: number
  /** Departure, epoch milliseconds. */
  ts: number
  hour: number
  /** Miles. */
  distance: number
  origin: string
  destination: string
  /** Arrived more than {@link LATE_MINUTES} after schedule. */
  late: boolean
}

export const LATE_MINUTES = 15

export interface FlightQuery {
  /** Departures in `[from, to)`, epoch milliseconds. */
  from: number
  to: number
  /** Keeps one flight of so many, chosen by a hash of its row number: the same ones on every run. */
  every: number
}

type Row = [
  row: number,
  seconds: number,
  hour: number,
  distance: number,
  origin: string,
  destination: string,
  late: 0 | 1,
]

/** Reads a sample of the flights in order of departure; without `file`, `client` must be an engine that reads files. */
export async function readFlights(
  client: ClickHouseClient,
  query: FlightQuery,
  { read, position = '_row_number' }: Pick<OpenFile, 'read' | 'position'> = localFile(),
): Promise<Flight[]> {
  const result = await client.query({ query: statement(query, read, position), format: 'JSONCompactEachRow' })
  const rows = await result.json<Row>()
  return rows.map(([row, seconds, hour, distance, origin, destination, late]) => ({
    row,
    ts: seconds * 1000,
    hour,
    distance,
    origin,
    destination,
    late: late === 1,
  }))
}

function localFile(): Pick<OpenFile, 'read' | 'position'> {
  return { read: `file(${literal(flightsPath())}, Parquet)`, position: undefined }
}

function statement({ from, to, every }: FlightQuery, read: string, position: string): string {
  const instant = (ms: number) => `fromUnixTimestamp64Milli(${Math.trunc(ms)}, 'UTC')`
  return `
    SELECT toUInt32(${position}) AS row, toUInt32(toUnixTimestamp(date)) AS seconds, toHour(date, 'UTC') AS hour,
      toInt32(distance), origin, destination, delay > ${LATE_MINUTES} AS late
    FROM ${read}
    WHERE date >= ${instant(from)} AND date < ${instant(to)} AND isNotNull(delay)
      AND cityHash64(${position}) % ${Math.max(1, Math.trunc(every))} = 0
    ORDER BY seconds, row`
}

/** Where npm put the file. */
export function flightsPath(): string {
  try {
    const entry = createRequire(import.meta.url).resolve('vega-datasets')
    const path = join(entry, '../../data/flights-3m.parquet')
    if (existsSync(path)) return path
  } catch {
    // Not installed: the message below says what to do.
  }
  throw new ServiceFailure(
    'the demo replays flights from the npm package vega-datasets, which is not installed: run `npm ci` in a clone, without --omit',
  )
}
