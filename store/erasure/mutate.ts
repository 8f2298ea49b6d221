import { setTimeout } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { StoreUnavailable } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'
import { modelOfTable } from '../events/silver.ts'

const PAUSE_MS = 10
const MAX_PAUSE_MS = 1_000

/** Runs an `ALTER TABLE` that rewrites parts, on every node that has some, and resolves once no part in use has the old rows. */
export async function mutate(store: Store, table: string, change: string): Promise<void> {
  if (modelOfTable(table) === undefined) await mutateOn(store.rollup, table, change)
  else await store.shards.each((client) => mutateOn(client, store.shards.prefix + table, change))
}

async function mutateOn(client: ClickHouseClient, table: string, change: string): Promise<void> {
  await client.command({ query: `ALTER TABLE ${identifier(table)} ${change}` })
  const awaited = new Set((await unfinished(client, table)).map(({ id }) => id))
  // Not with `mutations_sync`: a statement that waits for long is cut off by whatever stands between, a mutation is not.
  for (let pause = PAUSE_MS; awaited.size > 0; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    await setTimeout(pause)
    const open = await unfinished(client, table)
    // ClickHouse tries again by itself.
    if (open.some(({ id, failure }) => awaited.has(id) && failure !== ''))
      throw new StoreUnavailable(`ClickHouse cannot rewrite the table ${table} yet.`)
    for (const id of awaited) if (!open.some((one) => one.id === id)) awaited.delete(id)
  }
}

function unfinished(client: ClickHouseClient, table: string): Promise<{ id: string; failure: string }[]> {
  return rows(
    client,
    `SELECT mutation_id AS id, latest_fail_reason AS failure FROM system.mutations
     WHERE database = currentDatabase() AND table = ${literal(table)} AND NOT is_done`,
  )
}

/** Takes rows off the disk that an earlier `DELETE FROM` has only hidden. */
export const removeHidden = (store: Store, table: string) => mutate(store, table, 'APPLY DELETED MASK')
