import type { ClickHouseClient } from '@clickhouse/client'
import { DAY_MS, SECOND_MS } from '../../domain/time.ts'
import { rows } from '../engine/query.ts'
import type { Shards } from '../engine/shards.ts'

/** Growth is told over so many days. */
export const GROWTH_DAYS = 7

/** What a table holds. */
export interface TableSize {
  table: string
  rows: number
  /** On the disk, compressed. */
  bytes: number
  parts: number
  /** The times of its oldest and newest events; undefined for a table that is not divided by time. */
  span: { from: Date; to: Date } | undefined
  /** Of what happened within the last {@link GROWTH_DAYS}; undefined for a table that is not divided by time. */
  recent: { rows: number; bytes: number } | undefined
}

interface Row {
  name: string
  stored: number
  bytes: number
  parts: number
  oldest: number
  newest: number
  recentRows: number
  recentBytes: number
}

/**
 * The tables of the database, the largest first, from what ClickHouse knows of their parts: no row is read. Of a part that
 * lies partly in the last days, the share of its time counts.
 */
export async function tableSizes(
  client: ClickHouseClient,
  shards: Pick<Shards, 'system' | 'database' | 'prefix'>,
  now: Date,
): Promise<TableSize[]> {
  const end = Math.floor(now.getTime() / SECOND_MS)
  const start = end - (GROWTH_DAYS * DAY_MS) / SECOND_MS
  const [first, last] = ['toInt64(toUnixTimestamp(min_time))', 'toInt64(toUnixTimestamp(max_time)) + 1']
  const share = `greatest(0, least(${last}, ${end}) - greatest(${first}, ${start})) / (${last} - ${first})`
  const found = await rows<Row>(
    client,
    `SELECT table AS name, toFloat64(sum(rows)) AS stored, toFloat64(sum(bytes_on_disk)) AS bytes,
       toFloat64(count()) AS parts, minIf(${first}, ${first} > 0) AS oldest, max(${last}) - 1 AS newest,
       sum(rows * ${share}) AS recentRows, sum(bytes_on_disk * ${share}) AS recentBytes
     FROM ${shards.system('parts', 'one')} WHERE active AND database = ${shards.database}
     GROUP BY table ORDER BY bytes DESC, table`,
  )
  return found.map(({ name, stored, bytes, parts, oldest, newest, recentRows, recentBytes }) => {
    const hasTimes = Number(newest) > 0
    const time = (seconds: number) => new Date(Number(seconds) * SECOND_MS)
    return {
      table: shards.prefix !== '' && name.startsWith(shards.prefix) ? name.slice(shards.prefix.length) : name,
      rows: stored,
      bytes,
      parts,
      span: hasTimes ? { from: time(oldest), to: time(newest) } : undefined,
      recent: hasTimes ? { rows: Math.round(recentRows), bytes: Math.round(recentBytes) } : undefined,
    }
  })
}
