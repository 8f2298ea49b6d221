import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { ROOT } from '../root.ts'

// As the previous release created them, in the order of its migrations. Never to be changed.

const documents = (table: string) => `CREATE TABLE IF NOT EXISTS ${table} (
    name String, document String, removed UInt8, updated_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(updated_at) ORDER BY name`

const TABLES: readonly string[] = [
  documents('models'),
  documents('monitors'),

  `CREATE TABLE IF NOT EXISTS baselines (
    model LowCardinality(String), version UInt32, hash String, binning String, document String,
    created_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree ORDER BY (model, version)`,

  `CREATE TABLE IF NOT EXISTS baseline_activations (
    model LowCardinality(String), version UInt32, activated_at DateTime64(3, 'UTC')
  ) ENGINE = MergeTree ORDER BY (model, activated_at)`,

  documents('channels'),

  `CREATE TABLE IF NOT EXISTS alert_events (
    id String, scope LowCardinality(String), monitor LowCardinality(String),
    model LowCardinality(String), kind LowCardinality(String), column String, segment String, version String,
    window_end DateTime('UTC'), reason LowCardinality(String), status LowCardinality(String),
    severity LowCardinality(String), summary String, details String CODEC(ZSTD(3)),
    created_at DateTime64(3, 'UTC'), notify UInt8, channels Array(String)
  ) ENGINE = ReplacingMergeTree(created_at) ORDER BY (monitor, scope, kind, column, segment, version, window_end, id)`,

  `CREATE TABLE IF NOT EXISTS deliveries (
    event_id String, channel String, attempt UInt32, at DateTime64(3, 'UTC'),
    status LowCardinality(String), http_status Nullable(UInt16), latency_ms Nullable(UInt32), error String,
    next_attempt_at Nullable(DateTime64(3, 'UTC'))
  ) ENGINE = ReplacingMergeTree(at) ORDER BY (event_id, channel, attempt)`,

  documents('api_keys'),
  documents('alert_acks'),
  documents('topics'),
]

/** What came after the tables above. */
const LATER: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS silences (
    id String, changed_at DateTime64(3, 'UTC'), revision UInt32, ends_at DateTime64(3, 'UTC'), document String
  ) ENGINE = ReplacingMergeTree ORDER BY (id, revision)`,

  `ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS message_id String,
    ADD COLUMN IF NOT EXISTS muted_by String, ADD COLUMN IF NOT EXISTS left_out Array(String)`,

  `ALTER TABLE alert_events ADD COLUMN IF NOT EXISTS inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')`,

  documents('alert_routes'),

  `CREATE TABLE IF NOT EXISTS retrains (
    id String, model LowCardinality(String), monitor LowCardinality(String), kind LowCardinality(String),
    alert String, created_at DateTime64(3, 'UTC'), document String CODEC(ZSTD(3))
  ) ENGINE = ReplacingMergeTree ORDER BY (model, id)`,

  `CREATE TABLE IF NOT EXISTS retrain_events (
    retrain String, seq UInt32, id String, at DateTime64(3, 'UTC'), document String
  ) ENGINE = ReplacingMergeTree ORDER BY (retrain, seq, at, id)`,

  `CREATE TABLE IF NOT EXISTS audit (
    id String, at DateTime64(3, 'UTC'), actor String, action LowCardinality(String),
    subject LowCardinality(String), name String, request_id String, before String, after String, detail String
  ) ENGINE = MergeTree ORDER BY (at, id)`,

  `CREATE TABLE IF NOT EXISTS baseline_bindings (
    model LowCardinality(String), version String, baseline UInt32, bound_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(bound_at) ORDER BY (model, version)`,

  `CREATE TABLE IF NOT EXISTS baseline_numbers (
    model LowCardinality(String), version UInt32, claim String
  ) ENGINE = MergeTree ORDER BY (model, version)`,
]

/** The tables of the previous release, or those of a much older one. */
export async function createLegacyTables(
  client: ClickHouseClient,
  { oldest = false }: { oldest?: boolean } = {},
): Promise<void> {
  for (const query of oldest ? TABLES : [...TABLES, ...LATER]) await client.command({ query })
}

/** As the documentation says how to. */
export async function dropLegacyTables(client: ClickHouseClient): Promise<void> {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')
  const [, query] = /```sql\n(DROP TABLE [^;]+);/.exec(page)!
  await client.command({ query })
}
