import { setInterval, clearInterval } from 'node:timers'
import { setTimeout } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { modelDocuments } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import type { Lease } from '../../control/database/lease.ts'
import { StoreError } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import type { Shards } from '../engine/shards.ts'
import { identifier, instant, literal } from '../engine/sql.ts'
import { processLease } from '../process-lease.ts'
import { predictionsEngine, silverTables, syncSilver } from '../events/silver.ts'

/** Clocks of processes that still wrote when the copy began may be behind by so much. */
const SKEW_MS = 3_600_000
const RENEWAL_MS = 2_000

export interface CopyProgress {
  model: string
  /** `202611`, say. */
  month: string
  rows: number
}

/** What appends to the tables of counts whether they are of shadow traffic. */
export const SHADOW_MIGRATIONS: readonly string[] = [
  'ALTER TABLE profiles ADD COLUMN IF NOT EXISTS shadow UInt8',
  'ALTER TABLE labelled_profiles ADD COLUMN IF NOT EXISTS shadow UInt8',
]

/**
 * Earlier releases told predictions apart by hour and id alone, and a sorting key cannot be changed: their tables are copied,
 * month by month, into ones where the version is part of it, and then take their place. A row that another version of its
 * id had replaced stays replaced. Killed at any point, it can run again. Returns the models whose tables were copied.
 */
export async function identifyByVersion(
  store: Store,
  now: Date,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<string[]> {
  const behind = async () => {
    const nodes = await store.shards.each(sortingKeys)
    const all = await modelDocuments.list(store.control)
    return all.filter(({ name }) => nodes.some((keys) => isBehind(keys, store.shards, name)))
  }
  if ((await behind()).length === 0) return []
  return alone(processLease(store, 'identify_by_version'), async (check) => {
    // Another process may have done it while this one waited.
    const models = await behind()
    for (const model of models) {
      const began = await store.shards.each((client) =>
        copyOnNode(client, store, { model: model.name, check, onProgress }),
      )
      // What was left by a process that was killed may hold rows of any time.
      const since = began.includes(false) ? new Date(0) : new Date(now.getTime() - SKEW_MS)
      if (store.shards.cluster !== undefined) {
        const { labelIndex } = silverTables(model.name)
        await store.rollup.command({
          query: `ALTER TABLE ${labelIndex} ADD COLUMN IF NOT EXISTS shadow UInt8`,
        })
      }
      // The view that fills the index, and on a cluster the table that leads to all nodes.
      await syncSilver(store, model)
      await store.shards.each((client) => dropFormer(client, store, model.name, since))
    }
    return models.map(({ name }) => name)
  })
}

/** Does work that one process at a time may do, and that can take long. `check` rejects where another one has taken it over. */
async function alone<T>(lease: Lease, work: (check: () => Promise<void>) => Promise<T>): Promise<T> {
  while (!(await lease.hold())) await setTimeout(RENEWAL_MS)
  const renewal = setInterval(() => void lease.hold().catch(() => {}), RENEWAL_MS)
  try {
    return await work(async () => {
      if (!(await lease.hold()))
        throw new StoreError('Another process copies the predictions. Start again once it is done.')
    })
  } finally {
    clearInterval(renewal)
    await lease.release()
  }
}

/** Names of the tables that are there only while one takes the place of another, quoted. */
function placesOf({ local }: Shards, model: string) {
  return {
    former: local(`former_predictions_${model}`),
    next: local(`next_predictions_${model}`),
  }
}

/** Whether a node has a table of an earlier release, or what is left of one. */
function isBehind(keys: Map<string, string>, { prefix }: Shards, model: string): boolean {
  return (
    keys.has(`${prefix}former_predictions_${model}`) || !hasVersion(keys, `${prefix}predictions_${model}`)
  )
}

/** A table that is not there yet is created with the version. */
const hasVersion = (keys: Map<string, string>, table: string) => keys.get(table)?.endsWith('version') ?? true

interface CopyRequest {
  model: string
  check: () => Promise<void>
  onProgress: (progress: CopyProgress) => void
}

/** Resolves with whether there was a table to be copied. */
async function copyOnNode(
  client: ClickHouseClient,
  { shards }: Store,
  { model, check, onProgress }: CopyRequest,
): Promise<boolean> {
  const { former, next } = placesOf(shards, model)
  const { predictions, labelIndex, labelIndexView } = silverTables(model, shards.local)
  const run = (query: string) => client.command({ query })
  const keys = await sortingKeys(client)
  if (hasVersion(keys, `${shards.prefix}predictions_${model}`)) return false

  await run(`DROP TABLE IF EXISTS ${next} SYNC`)
  await run(`CREATE TABLE ${next} AS ${predictions} ${predictionsEngine(shards, model)}`)
  await run(`ALTER TABLE ${next} ADD COLUMN IF NOT EXISTS shadow UInt8 AFTER scores`)
  const columns = await columnsOf(client, `${shards.prefix}predictions_${model}`)
  const expected = await countFinal(client, predictions)
  for (const { month, n } of await months(client, predictions)) {
    await run(`INSERT INTO ${next} (${columns}) SELECT ${columns} FROM ${predictions} FINAL
      WHERE _partition_id = ${literal(month)}`)
    onProgress({ model, month, rows: n })
  }
  const copied = await countFinal(client, next)
  if (copied < expected)
    throw new StoreError(
      `Only ${copied} of ${expected} rows of ${predictions} were copied. Nothing was changed: start again.`,
    )
  await check()
  if (!keys.get(`${shards.prefix}label_index_${model}`)?.endsWith('shadow'))
    await run(`ALTER TABLE ${labelIndex} ADD COLUMN shadow UInt8, MODIFY ORDER BY (hash, hour, shadow)`)
  await run(`DROP TABLE IF EXISTS ${labelIndexView} SYNC`)
  await run(`RENAME TABLE ${predictions} TO ${former}, ${next} TO ${predictions}`)
  return true
}

/** Takes over what a process of the earlier release wrote during the copy, and drops the table that it wrote to. */
async function dropFormer(
  client: ClickHouseClient,
  { shards }: Store,
  model: string,
  since: Date,
): Promise<void> {
  const { former } = placesOf(shards, model)
  const { predictions } = silverTables(model, shards.local)
  const columns = await columnsOf(client, `${shards.prefix}former_predictions_${model}`)
  if (columns === '') return
  for (const { month } of await months(client, former))
    await client.command({
      query: `INSERT INTO ${predictions} (${columns}) SELECT ${columns} FROM ${former} FINAL
        WHERE _partition_id = ${literal(month)} AND received_at >= ${instant(since)}`,
    })
  await client.command({ query: `DROP TABLE ${former} SYNC` })
}

async function countFinal(client: ClickHouseClient, table: string): Promise<number> {
  const [{ n }] = await rows<{ n: number }>(client, `SELECT count() AS n FROM ${table} FINAL`)
  return n
}

async function months(client: ClickHouseClient, table: string): Promise<{ month: string; n: number }[]> {
  return rows(
    client,
    `SELECT _partition_id AS month, count() AS n FROM ${table} GROUP BY month ORDER BY month`,
  )
}

/** The sorting keys of tables, by their names. */
async function sortingKeys(client: ClickHouseClient): Promise<Map<string, string>> {
  const found = await rows<{ name: string; sorting_key: string }>(
    client,
    'SELECT name, sorting_key FROM system.tables WHERE database = currentDatabase()',
  )
  return new Map(found.map(({ name, sorting_key }) => [name, sorting_key]))
}

/** The names of a table's columns, quoted; empty where there is no such table. */
async function columnsOf(client: ClickHouseClient, table: string): Promise<string> {
  const found = await rows<{ name: string }>(
    client,
    `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = ${literal(table)} ORDER BY position`,
  )
  return found.map(({ name }) => identifier(name)).join(', ')
}
