/** What muting and the outbox in full need, to be appended to the migrations in this order. */
export const MUTING_MIGRATIONS: readonly string[] = [
  // Every change of a silence is a row of its own, the newest counts: who muted what stays known.
  `CREATE TABLE IF NOT EXISTS silences (
    id String, changed_at DateTime64(3, 'UTC'), revision UInt32, ends_at DateTime64(3, 'UTC'), document String
  ) ENGINE = ReplacingMergeTree ORDER BY (id, revision)`,

  `ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS message_id String,
    ADD COLUMN IF NOT EXISTS muted_by String, ADD COLUMN IF NOT EXISTS left_out Array(String)`,

  // By the engine's own clock, as evaluation time may lie years back; the outbox looks back only so far.
  `ALTER TABLE alert_events ADD COLUMN IF NOT EXISTS inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')`,
]
