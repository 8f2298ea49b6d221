import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import type { Store } from './client.ts'
import { rows } from './query.ts'
import { identifier } from './sql.ts'

/** A table that exists for as long as some work takes. */
export interface Staging {
  /** Its name, quoted. */
  table: string
  drop: () => Promise<void>
}

const STAGING = '^staging_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
/** With more columns, a part of the table is one file: files of their own for each would be too many to have open. */
const MAX_COLUMN_FILES = 100
const ONE_FILE = 'SETTINGS min_bytes_for_wide_part = 1000000000000, min_rows_for_wide_part = 1000000000000'

const MARK_EVERY_MS = HOUR_MS
/** Whoever works on a table marks it much more often. */
const ABANDONED_AFTER_MS = DAY_MS

type StagingContent =
  | {
      columns: readonly string[]
      orderBy?: string
      /** The rows are in the memory of the engine, and lost when that ends. */
      inMemory?: boolean
    }
  | { select: string }

/**
 * Creates a table of `columns`, or with the rows that `select` gives. Its comment is the time when it was last known to be
 * in use, by the clock of ClickHouse, so that {@link dropAbandoned} finds those of processes that were killed.
 */
export async function createStaging(client: ClickHouseClient, content: StagingContent): Promise<Staging> {
  const table = identifier(`staging_${randomUUID()}`)
  const drop = async () => void (await client.command({ query: `DROP TABLE IF EXISTS ${table}` }))
  const mark = `COMMENT '${await secondsNow(client)}'`
  try {
    await client.command({ query: `CREATE TABLE ${table} ${definition(content, mark)}` })
  } catch (cause) {
    await drop().catch(() => {})
    throw cause
  }
  const timer = setInterval(() => {
    // One mark that is missed does no harm.
    markInUse(client, table).catch(() => {})
  }, MARK_EVERY_MS).unref()
  return {
    table,
    drop: () => {
      clearInterval(timer)
      return drop()
    },
  }
}

function definition(content: StagingContent, mark: string): string {
  if ('select' in content) return `${onDisk()} ${mark} AS ${content.select}`
  const { columns, orderBy, inMemory } = content
  const files = columns.length > MAX_COLUMN_FILES ? ONE_FILE : ''
  return `(${columns.join(', ')}) ${inMemory ? 'ENGINE = Memory' : `${onDisk(orderBy)} ${files}`} ${mark}`
}

const onDisk = (orderBy = 'tuple()') => `ENGINE = MergeTree ORDER BY ${orderBy}`

async function markInUse(client: ClickHouseClient, table: string): Promise<void> {
  await client.command({ query: `ALTER TABLE ${table} MODIFY COMMENT '${await secondsNow(client)}'` })
}

async function secondsNow(client: ClickHouseClient): Promise<number> {
  const [{ seconds }] = await rows<{ seconds: number }>(client, 'SELECT toUnixTimestamp(now()) AS seconds')
  return seconds
}

/**
 * Drops the tables that killed processes left behind: of a server, which others may be using now, those that nobody has
 * marked for a day; of the embedded engine all, so that it must not be working on any.
 */
export async function dropAbandoned(
  { rollup, embedded }: Pick<Store, 'rollup' | 'embedded'>,
  afterMs = embedded ? 0 : ABANDONED_AFTER_MS,
): Promise<void> {
  const abandoned = await rows<{ name: string }>(
    rollup,
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND match(name, '${STAGING}')
       AND toUInt64OrZero(comment) + ${afterMs / 1000} <= toUnixTimestamp(now())`,
  )
  for (const { name } of abandoned)
    await rollup.command({ query: `DROP TABLE IF EXISTS ${identifier(name)}` })
}
