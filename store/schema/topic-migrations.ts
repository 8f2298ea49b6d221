/** The tables of Kafka topics, to be appended to the migrations in this order. */
export const TOPIC_MIGRATIONS: readonly string[] = [
  // Ids are random and each is looked up once, so that small granules and a quick codec are worth their room.
  `CREATE TABLE IF NOT EXISTS halves (
    model LowCardinality(String), id String, part LowCardinality(String), ts DateTime64(3, 'UTC'),
    content String, received_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(received_at) ORDER BY (model, id, part)
  TTL toDateTime(received_at) + INTERVAL 7 DAY SETTINGS index_granularity = 256`,
]
