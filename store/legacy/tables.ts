/** Whether an event may still be delivered: earlier releases looked back so far. */
const RECENT = `inserted_at > now64(3, 'UTC') - INTERVAL 100 DAY`

/** A table in which an earlier release kept control state. */
export interface LegacyTable {
  name: LegacyName
  /** A row for each key. */
  from: string
  /** What is read, by the name that it has here and in the backup. Times are epoch milliseconds. */
  columns: Readonly<Record<string, string | LaterColumn>>
  /** What its rows are ordered and told apart by, in the order of the primary key. */
  key: readonly string[]
}

/** One that a table of a still earlier release may lack. */
interface LaterColumn {
  sql: string
  needs: string
  without: string
}

const milliseconds = (column: string) => `toUnixTimestamp64Milli(${column})`

const documents = <Name extends LegacyName>(name: Name): LegacyTable => ({
  name,
  from: `${name} FINAL`,
  columns: {
    name: 'name',
    document: 'document',
    removed: 'removed',
    updated_ms: milliseconds('updated_at'),
  },
  key: ['name'],
})

const later = (column: string, without: string): LaterColumn => ({ sql: column, needs: column, without })

/** In the order in which rows refer to one another. */
export const LEGACY_TABLES: readonly LegacyTable[] = [
  documents('models'),
  documents('monitors'),
  documents('channels'),
  documents('topics'),
  documents('alert_routes'),
  documents('api_keys'),
  {
    name: 'baselines',
    from: 'baselines FINAL',
    columns: {
      model: 'model',
      version: 'version',
      hash: 'hash',
      binning: 'binning',
      document: 'document',
      created_ms: milliseconds('created_at'),
    },
    key: ['model', 'version'],
  },
  {
    name: 'baseline_numbers',
    from: '(SELECT model, max(version) AS version FROM baseline_numbers GROUP BY model)',
    columns: { model: 'model', version: 'version' },
    key: ['model'],
  },
  {
    name: 'baseline_activations',
    from: '(SELECT model, argMax(version, activated_at) AS version FROM baseline_activations GROUP BY model)',
    columns: { model: 'model', version: 'version' },
    key: ['model'],
  },
  {
    name: 'baseline_bindings',
    from: 'baseline_bindings FINAL',
    columns: { model: 'model', version: 'version', baseline: 'baseline' },
    key: ['model', 'version'],
  },
  {
    name: 'silences',
    // Two revisions of one number were possible.
    from: '(SELECT DISTINCT id, revision, changed_at, ends_at, document FROM silences)',
    columns: {
      id: 'id',
      revision: 'revision',
      changed_ms: milliseconds('changed_at'),
      ends_ms: milliseconds('ends_at'),
      document: 'document',
    },
    key: ['id', 'revision', 'changed_ms', 'document'],
  },
  {
    name: 'alert_events',
    from: 'alert_events FINAL',
    columns: {
      monitor: 'monitor',
      scope: 'scope',
      kind: 'kind',
      column: 'column',
      segment: 'segment',
      version: 'version',
      window_end_ms: 'toUnixTimestamp(window_end) * 1000',
      id: 'id',
      model: 'model',
      reason: 'reason',
      status: 'status',
      severity: 'severity',
      summary: 'summary',
      details: 'details',
      created_ms: milliseconds('created_at'),
      notify: 'notify',
      channels: 'channels',
      is_recent: { sql: RECENT, needs: 'inserted_at', without: '1' },
    },
    key: ['monitor', 'scope', 'kind', 'column', 'segment', 'version', 'window_end_ms', 'id'],
  },
  documents('alert_acks'),
  {
    name: 'deliveries',
    from: 'deliveries FINAL',
    columns: {
      event_id: 'event_id',
      channel: 'channel',
      attempt: 'attempt',
      at_ms: milliseconds('at'),
      status: 'status',
      message_id: later('message_id', `''`),
      muted_by: later('muted_by', `''`),
      left_out: later('left_out', 'emptyArrayString()'),
      http_status: 'http_status',
      latency_ms: 'latency_ms',
      error: 'error',
      next_attempt_ms: milliseconds('next_attempt_at'),
    },
    key: ['event_id', 'channel', 'attempt'],
  },
  {
    name: 'retrains',
    from: 'retrains FINAL',
    columns: {
      model: 'model',
      id: 'id',
      monitor: 'monitor',
      kind: 'kind',
      alert: 'alert',
      created_ms: milliseconds('created_at'),
      document: 'document',
    },
    key: ['model', 'id'],
  },
  {
    name: 'retrain_events',
    from: 'retrain_events FINAL',
    columns: { retrain: 'retrain', seq: 'seq', at_ms: milliseconds('at'), id: 'id', document: 'document' },
    key: ['retrain', 'seq', 'at_ms', 'id'],
  },
  {
    name: 'audit',
    // An insert that was sent again was stored twice.
    from: '(SELECT DISTINCT * FROM audit)',
    columns: {
      at_ms: milliseconds('at'),
      id: 'id',
      actor: 'actor',
      action: 'action',
      subject: 'subject',
      name: 'name',
      request_id: 'request_id',
      before: 'before',
      after: 'after',
      detail: 'detail',
    },
    key: ['at_ms', 'id'],
  },
]

export interface LegacyDocument {
  name: string
  document: string
  removed: number
  updated_ms: number
}

/** The rows of each table as they are read, and as they stand in the backup. */
export interface LegacyRows {
  models: LegacyDocument
  monitors: LegacyDocument
  channels: LegacyDocument
  topics: LegacyDocument
  alert_routes: LegacyDocument
  api_keys: LegacyDocument
  alert_acks: LegacyDocument
  baselines: {
    model: string
    version: number
    hash: string
    binning: string
    document: string
    created_ms: number
  }
  baseline_numbers: { model: string; version: number }
  /** Version 0: the model has no active baseline. */
  baseline_activations: { model: string; version: number }
  /** Baseline 0: the version has none of its own. */
  baseline_bindings: { model: string; version: string; baseline: number }
  silences: { id: string; revision: number; changed_ms: number; ends_ms: number; document: string }
  alert_events: {
    monitor: string
    scope: string
    kind: string
    column: string
    segment: string
    version: string
    window_end_ms: number
    id: string
    model: string
    reason: string
    status: string
    severity: string
    summary: string
    details: string
    created_ms: number
    notify: number
    channels: string[]
    is_recent: number
  }
  deliveries: {
    event_id: string
    channel: string
    attempt: number
    at_ms: number
    status: string
    message_id: string
    muted_by: string
    left_out: string[]
    http_status: number | null
    latency_ms: number | null
    error: string
    next_attempt_ms: number | null
  }
  retrains: {
    model: string
    id: string
    monitor: string
    kind: string
    alert: string
    created_ms: number
    document: string
  }
  retrain_events: { retrain: string; seq: number; at_ms: number; id: string; document: string }
  audit: {
    at_ms: number
    id: string
    actor: string
    action: string
    subject: string
    name: string
    request_id: string
    before: string
    after: string
    detail: string
  }
}

export type LegacyName = keyof LegacyRows
export type LegacyRow<Name extends LegacyName = LegacyName> = LegacyRows[Name]
