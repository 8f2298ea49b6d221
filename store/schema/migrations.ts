import { DEAD_LETTER_MIGRATIONS, REPLAY_MIGRATIONS, STAMP_MIGRATIONS } from '../events/dead-letters.ts'
import { EXPERIMENT_MIGRATIONS } from '../experiments/hours.ts'
import { syncDurability } from '../events/durability.ts'
import { EVALUATION_MIGRATIONS } from '../results/evaluations.ts'
import { INPUT_PROBLEM_MIGRATIONS } from '../events/input-problems.ts'
import { INSTALLATION_MIGRATIONS } from '../installation.ts'
import { LABEL_MIGRATIONS } from '../events/labels.ts'
import { LABELLED_MIGRATIONS } from './labelled-migrations.ts'
import { NEWEST_WINDOWS_MIGRATIONS } from '../results/newest-windows.ts'
import { insertObjects, rows } from '../engine/query.ts'
import { RESULT_MIGRATIONS } from '../results/results.ts'
import { TOPIC_MIGRATIONS } from './topic-migrations.ts'
import { SHADOW_MIGRATIONS } from './version-identity.ts'
import type { Store } from '../engine/client.ts'

/** In place of a statement on what control state now holds, so that those after it keep their numbers. */
const MOVED = undefined
const moved = (count: number) => Array<undefined>(count).fill(MOVED)

/**
 * The tables that all models share, in the order they came to be. A statement that has shipped is never
 * edited: changes are appended. Each can run twice, so that a crash in between does no harm.
 */
const MIGRATIONS: readonly (string | undefined)[] = [
  MOVED,
  MOVED,

  `CREATE TABLE IF NOT EXISTS binnings (
    model LowCardinality(String), binning String, position UInt32,
    role LowCardinality(String), column String, document String
  ) ENGINE = ReplacingMergeTree ORDER BY (model, binning, position)`,

  MOVED,

  `CREATE TABLE IF NOT EXISTS baseline_profiles (
    model LowCardinality(String), version UInt32, role LowCardinality(String), column String,
    segment LowCardinality(String), counts Array(UInt64), sums Array(Float64), squares Float64
  ) ENGINE = ReplacingMergeTree ORDER BY (model, version, role, column, segment)`,

  MOVED,

  // A batch of rows is announced (state 0) before it is written, confirmed (1) once it is, and done with (2)
  // when its hours have been rolled up.
  `CREATE TABLE IF NOT EXISTS dirty_hours (
    model LowCardinality(String), part LowCardinality(String), hour DateTime('UTC'), batch String,
    state UInt8, at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(state) ORDER BY (model, part, hour, batch)`,

  `CREATE TABLE IF NOT EXISTS pending_labels (
    model LowCardinality(String), id String, label Nullable(String), labelled_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(labelled_at) ORDER BY (model, id)`,

  `CREATE TABLE IF NOT EXISTS dead_letters (
    source LowCardinality(String), partition Int32, offset Int64, received_at DateTime64(3, 'UTC'),
    model String, reason LowCardinality(String), detail String, payload String CODEC(ZSTD(3))
  ) ENGINE = ReplacingMergeTree(received_at) ORDER BY (source, partition, offset)`,

  `CREATE TABLE IF NOT EXISTS profiles (
    model LowCardinality(String), binning LowCardinality(String), part LowCardinality(String),
    role LowCardinality(String), column LowCardinality(String), segment LowCardinality(String),
    version LowCardinality(String), hour DateTime('UTC'), generation UInt64,
    counts Array(UInt32), sums Array(Float64), squares Float64
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour)
  ORDER BY (model, binning, role, column, segment, version, hour, generation)`,

  `CREATE TABLE IF NOT EXISTS hours (
    model LowCardinality(String), binning LowCardinality(String), part LowCardinality(String),
    hour DateTime('UTC'), generation UInt64, published_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(generation) PARTITION BY toYYYYMM(hour)
  ORDER BY (model, binning, part, hour)`,

  `CREATE TABLE IF NOT EXISTS results (
    id String, model LowCardinality(String), monitor LowCardinality(String), kind LowCardinality(String),
    column LowCardinality(String), segment LowCardinality(String), version LowCardinality(String),
    window_start DateTime('UTC'), window_end DateTime('UTC'), evaluated_at DateTime64(3, 'UTC'),
    verdict LowCardinality(String), reason LowCardinality(String), explanation String,
    effect Nullable(Float64), noise_floor Nullable(Float64),
    statistics Map(LowCardinality(String), Float64), evaluation String CODEC(ZSTD(3)),
    baseline UInt32, baseline_hash String, monitor_hash String, binning LowCardinality(String),
    rule String CODEC(ZSTD(3)), code_version LowCardinality(String),
    baseline_counts Array(UInt64) CODEC(ZSTD(3)), baseline_sums Array(Float64) CODEC(ZSTD(3)),
    baseline_squares Float64,
    window_counts Array(UInt64) CODEC(ZSTD(3)), window_sums Array(Float64) CODEC(ZSTD(3)), window_squares Float64
  ) ENGINE = ReplacingMergeTree(evaluated_at) PARTITION BY toYYYYMM(window_end)
  ORDER BY (model, monitor, kind, column, segment, version, window_end, id)`,

  `CREATE TABLE IF NOT EXISTS evaluations (
    monitor LowCardinality(String), part LowCardinality(String), window_end DateTime('UTC'),
    evaluated_at DateTime64(3, 'UTC'), status LowCardinality(String), detail String
  ) ENGINE = ReplacingMergeTree(evaluated_at) ORDER BY (monitor, part, window_end)`,

  ...moved(3),
  ...moved(2),
  ...NEWEST_WINDOWS_MIGRATIONS,
  ...DEAD_LETTER_MIGRATIONS,
  MOVED,
  ...TOPIC_MIGRATIONS,
  ...REPLAY_MIGRATIONS,
  ...RESULT_MIGRATIONS,
  ...LABELLED_MIGRATIONS,
  ...moved(8),
  ...EVALUATION_MIGRATIONS,
  ...INPUT_PROBLEM_MIGRATIONS,
  ...LABEL_MIGRATIONS,
  MOVED,
  ...STAMP_MIGRATIONS,
  ...INSTALLATION_MIGRATIONS,
  ...SHADOW_MIGRATIONS,
  ...EXPERIMENT_MIGRATIONS,
]

export const MIGRATION_COUNT = MIGRATIONS.length

/**
 * Brings the shared tables up to date. Can run any number of times; returns how many migrations it applied.
 * @param count of the migrations to apply, for whoever fills the tables of an earlier release
 */
export async function migrate(store: Store, now: Date, count = MIGRATION_COUNT): Promise<number> {
  await store.rollup.command({
    query: `CREATE TABLE IF NOT EXISTS migrations (version UInt32, applied_at DateTime64(3, 'UTC'))
      ENGINE = ReplacingMergeTree ORDER BY version`,
  })
  const applied = await appliedMigrations(store)
  let unrecorded: { version: number; applied_at: number }[] = []
  for (const [version, statement] of MIGRATIONS.slice(0, count).entries()) {
    if (version < applied) continue
    unrecorded.push({ version, applied_at: now.getTime() })
    // Nothing is to be done of what has moved: it is recorded together with what comes next.
    if (statement === MOVED && version < count - 1) continue
    if (statement !== MOVED) await store.rollup.command({ query: statement })
    await insertObjects(store.rollup, 'migrations', unrecorded)
    unrecorded = []
  }
  await syncDurability(store)
  return Math.max(0, count - applied)
}

/** How many migrations the tables have behind them. */
export async function appliedMigrations(store: Pick<Store, 'rollup'>): Promise<number> {
  const found = await rows<{ applied: number }>(
    store.rollup,
    'SELECT uniqExact(version) AS applied FROM migrations',
  )
  return found[0].applied
}

/** Writes what is stored already, to find out whether the store takes data. */
export async function writeAgain(store: Store): Promise<void> {
  const newest = await rows<object>(
    store.read,
    'SELECT version, toUnixTimestamp64Milli(applied_at) AS applied_at FROM migrations ORDER BY version DESC LIMIT 1',
  )
  await insertObjects(store.ingest, 'migrations', newest)
}
