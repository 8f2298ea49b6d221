import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../engine/query.ts'
import type { Shards } from '../engine/shards.ts'

/** A disk that ClickHouse writes to. */
export interface Disk {
  /** Of a server, its host. */
  node: string
  name: string
  freeBytes: number
  totalBytes: number
}

/** The disks of every node. Not every user of a server may ask. */
export async function listDisks(client: ClickHouseClient, shards: Pick<Shards, 'system'>): Promise<Disk[]> {
  return rows<Disk>(
    client,
    `SELECT hostName() AS node, name, toFloat64(unreserved_space) AS freeBytes, toFloat64(total_space) AS totalBytes
     FROM ${shards.system('disks', 'all')} WHERE type = 'Local' OR total_space < 9e18 ORDER BY node, name`,
  )
}
