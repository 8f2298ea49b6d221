import { documentTable } from '../engine/documents.ts'

/** The tables of alerting, to be appended to the migrations in this order. */
export const ALERT_MIGRATIONS: readonly string[] = [
  documentTable('channels'),

  // The id is part of the key, so that an event inserted again is the same row, the last one inserted.
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
]
