/** What labelled rows and the checks on them need, to be appended to the migrations in this order. */
export const LABELLED_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS labelled_profiles (
    model LowCardinality(String), binning LowCardinality(String), role LowCardinality(String),
    column LowCardinality(String), segment LowCardinality(String), version LowCardinality(String),
    hour DateTime('UTC'), generation UInt64,
    counts Array(UInt32), sums Array(Float64), squares Array(Float64)
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour)
  ORDER BY (model, binning, role, column, segment, version, hour, generation)`,

  `CREATE TABLE IF NOT EXISTS baseline_labelled_profiles (
    model LowCardinality(String), version UInt32, role LowCardinality(String), column String,
    segment LowCardinality(String), counts Array(UInt64), sums Array(Float64), squares Array(Float64)
  ) ENGINE = ReplacingMergeTree ORDER BY (model, version, role, column, segment)`,

  'ALTER TABLE results ADD COLUMN IF NOT EXISTS inputs String CODEC(ZSTD(3))',

  // The view that was there knew labels only as those whose windows have an end of their own.
  'DROP VIEW IF EXISTS view_newest_windows',
  `CREATE MATERIALIZED VIEW IF NOT EXISTS view_newest_windows_by_part TO newest_windows
    AS SELECT DISTINCT model, monitor, kind IN ('label', 'concept', 'performance') AS labels, window_end FROM results`,
]
