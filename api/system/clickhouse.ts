import { brokenParts } from '../../store/engine/broken-parts.ts'
import type { Store } from '../../store/engine/client.ts'
import { listDisks } from '../../store/operation/disks.ts'
import { recentDeadLetters } from '../../store/operation/recent-dead-letters.ts'
import { GROWTH_DAYS, tableSizes } from '../../store/operation/tables.ts'
import { waitingHours } from '../../store/operation/waiting-hours.ts'
import { modelOfTable } from '../../store/events/silver.ts'
import { appliedMigrations, MIGRATION_COUNT } from '../../store/schema/migrations.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { Part } from './part.ts'
import { probeClickHouse } from './probes.ts'
import type { DependencyWatch } from './watch.ts'

const MOST_TABLES = 100
const MOST_REASONS = 50

/** What ClickHouse knows, each part by itself. On a connection of its own, so that it waits for no long statement. */
export async function askClickHouse(
  store: Store,
  watch: DependencyWatch,
  now: Date,
  part: <T extends object>(work: () => Promise<T>) => Promise<Part<T>>,
) {
  const client = store.connect()
  try {
    const [engine, counting, dead_letters, storage, disks, clickhouse_schema] = await Promise.all([
      part(() => probeClickHouse(client, watch)),
      part(async () => ({
        models: (await waitingHours(client, now)).map(({ since, ...one }) => ({
          ...one,
          since: since.toISOString(),
        })),
      })),
      part(() => deadLetters(client, now)),
      part(() => storageOf(store, client, now)),
      part(async () => ({
        disks: (await listDisks(client, store.shards)).map(({ freeBytes, totalBytes, ...disk }) => ({
          ...disk,
          free_bytes: freeBytes,
          total_bytes: totalBytes,
        })),
      })),
      part(async () => ({
        applied: await appliedMigrations({ rollup: client }),
        expected: MIGRATION_COUNT,
      })),
    ])
    return { engine, counting, dead_letters, storage, disks, clickhouse_schema }
  } finally {
    // What did not answer in time may hold it, and nobody is to wait for that.
    void client.close().catch(() => {})
  }
}

type Client = Store['read']

async function deadLetters(client: Client, now: Date) {
  const since = new Date(now.getTime() - DAY_MS)
  const found = await recentDeadLetters(client, since)
  return {
    since: since.toISOString(),
    total: found.reduce((sum, { letters }) => sum + letters, 0),
    reasons: found
      .slice(0, MOST_REASONS)
      .map(({ last, ...one }) => ({ ...one, last_at: last.toISOString() })),
  }
}

async function storageOf(store: Store, client: Client, now: Date) {
  const { shards, embedded } = store
  const [all, broken] = await Promise.all([
    tableSizes(client, shards, now),
    brokenParts({ read: client, shards, embedded }),
  ])
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const beyond = all.slice(MOST_TABLES)
  return {
    rows: sum(all.map((table) => table.rows)),
    bytes: sum(all.map(({ bytes }) => bytes)),
    bytes_a_day: sum(all.map(({ recent }) => recent?.bytes ?? 0)) / GROWTH_DAYS,
    tables: all.slice(0, MOST_TABLES).map(({ span, recent, ...table }) => ({
      ...table,
      model: modelOfTable(table.table) ?? null,
      oldest: span?.from.toISOString() ?? null,
      newest: span?.to.toISOString() ?? null,
      rows_a_day: recent === undefined ? null : recent.rows / GROWTH_DAYS,
      bytes_a_day: recent === undefined ? null : recent.bytes / GROWTH_DAYS,
    })),
    left_out: { tables: beyond.length, bytes: sum(beyond.map(({ bytes }) => bytes)) },
    broken_parts: broken.length,
  }
}
