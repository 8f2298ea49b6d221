import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'

/**
 * What releases up to 0.1 kept in ClickHouse of control state: each table with the query for its rows as they stand, in the
 * order in which they are to be stored.
 */
const QUERIES = {
  models: documents('models'),
  monitors: documents('monitors'),
  channels: documents('channels'),
  topics: documents('topics'),
  alert_routes: documents('alert_routes'),
  api_keys: documents('api_keys'),
  baselines: 'SELECT model, version, document FROM baselines FINAL ORDER BY model, version',
  baseline_activations:
    'SELECT model, argMax(version, activated_at) AS version FROM baseline_activations GROUP BY model ORDER BY model',
  baseline_numbers:
    'SELECT model, max(version) AS version FROM baseline_numbers GROUP BY model ORDER BY model',
  baseline_bindings:
    'SELECT model, version, baseline FROM baseline_bindings FINAL WHERE baseline > 0 ORDER BY model, version',
  // Of events that are equally new the one with the smallest id counted.
  alert_events: `SELECT id, scope, monitor, model, kind, column, segment, version, reason, status, severity, summary,
      details, notify, channels, toUnixTimestamp(window_end) * 1000 AS window_end,
      toUnixTimestamp64Milli(created_at) AS created_at, toUnixTimestamp64Milli(inserted_at) AS inserted_at
    FROM alert_events FINAL ORDER BY alert_events.window_end, alert_events.created_at, id DESC`,
  deliveries: `SELECT event_id, channel, attempt, status, http_status, latency_ms, error, message_id, muted_by, left_out,
      toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(next_attempt_at) AS next_attempt_at
    FROM deliveries FINAL ORDER BY event_id, channel, attempt`,
  alert_acks: documents('alert_acks'),
  silences: `SELECT id, revision, document, toUnixTimestamp64Milli(changed_at) AS changed_at,
      toUnixTimestamp64Milli(ends_at) AS ends_at
    FROM silences ORDER BY silences.changed_at DESC LIMIT 1 BY id, revision`,
  retrains: `SELECT id, model, monitor, kind, alert, document, toUnixTimestamp64Milli(created_at) AS created_at
    FROM retrains FINAL ORDER BY retrains.created_at, id`,
  retrain_events: `SELECT retrain, id, document, toUnixTimestamp64Milli(at) AS at
    FROM retrain_events FINAL ORDER BY retrain, seq, retrain_events.at, id`,
  audit: `SELECT id, actor, action, subject, name, request_id, before, after, detail, toUnixTimestamp64Milli(at) AS at
    FROM audit ORDER BY audit.at, id`,
} as const

/** Columns that the first of these releases did not have. */
const ALTERATIONS: Partial<Record<LegacyTable, string>> = {
  deliveries: `ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS message_id String,
    ADD COLUMN IF NOT EXISTS muted_by String, ADD COLUMN IF NOT EXISTS left_out Array(String)`,
  alert_events: `ALTER TABLE alert_events ADD COLUMN IF NOT EXISTS inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')`,
}

export interface LegacyDocument {
  name: string
  document: string
  changed_at: number
}

export interface LegacyRows {
  models: LegacyDocument
  monitors: LegacyDocument
  channels: LegacyDocument
  topics: LegacyDocument
  alert_routes: LegacyDocument
  api_keys: LegacyDocument
  /** The name is the id of an event. */
  alert_acks: LegacyDocument
  baselines: { model: string; version: number; document: string }
  baseline_activations: { model: string; version: number }
  baseline_numbers: { model: string; version: number }
  baseline_bindings: { model: string; version: string; baseline: number }
  alert_events: {
    id: string
    scope: string
    monitor: string
    model: string
    kind: string
    column: string
    segment: string
    version: string
    reason: string
    status: string
    severity: string
    summary: string
    details: string
    notify: number
    channels: string[]
    window_end: number
    created_at: number
    inserted_at: number
  }
  deliveries: {
    event_id: string
    channel: string
    attempt: number
    status: string
    http_status: number | null
    latency_ms: number | null
    error: string
    message_id: string
    muted_by: string
    left_out: string[]
    at: number
    next_attempt_at: number | null
  }
  silences: { id: string; revision: number; document: string; changed_at: number; ends_at: number }
  retrains: {
    id: string
    model: string
    monitor: string
    kind: string
    alert: string
    document: string
    created_at: number
  }
  retrain_events: { retrain: string; id: string; document: string; at: number }
  audit: {
    id: string
    actor: string
    action: string
    subject: string
    name: string
    request_id: string
    before: string
    after: string
    detail: string
    at: number
  }
}

export type LegacyTable = keyof typeof QUERIES
/** The rows of every table; those of a table that is not there are none. */
export type Legacy = { [Table in LegacyTable]: LegacyRows[Table][] }

const TABLES = Object.keys(QUERIES) as LegacyTable[]

/** Which of these tables there are. */
export async function legacyTables({ rollup }: Store): Promise<LegacyTable[]> {
  const found = await rows<{ name: string }>(
    rollup,
    'SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
    { names: TABLES },
  )
  return TABLES.filter((table) => found.some(({ name }) => name === table))
}

export async function readLegacy({ rollup }: Store, tables: readonly LegacyTable[]): Promise<Legacy> {
  const read = Object.fromEntries(TABLES.map((table) => [table, []])) as unknown as Record<string, unknown[]>
  for (const table of tables) {
    const alteration = ALTERATIONS[table]
    if (alteration !== undefined) await rollup.command({ query: alteration })
    read[table] = await rows(rollup, QUERIES[table])
  }
  return read as unknown as Legacy
}

function documents(table: string): string {
  return `SELECT name, document, toUnixTimestamp64Milli(updated_at) AS changed_at
    FROM ${table} FINAL WHERE removed = 0 ORDER BY ${table}.updated_at, name`
}
