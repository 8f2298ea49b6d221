/** A named JSON document. `revision` grows with every change of any document, so that none comes back. */
export interface DocumentRow {
  name: string
  document: string
  revision: number
  /** Epoch milliseconds, as are all times here. */
  changed_at: number
}

/** The rows of each table, as SQLite and PostgreSQL both give them. Flags are 0 or 1, lists are JSON. */
export interface ControlTables {
  models: DocumentRow
  monitors: DocumentRow & { model: string }
  channels: DocumentRow
  topics: DocumentRow
  alert_routes: DocumentRow
  experiments: DocumentRow & { model: string }
  experiment_states: { name: string; definition: string; started_at: number; document: string }
  api_keys: DocumentRow
  sources: DocumentRow & { model: string }
  source_looks: SourceLookRow
  source_files: SourceFileRow
  baselines: {
    model: string
    version: number
    hash: string
    binning: string
    document: string
    created_at: number
  }
  active_baselines: { model: string; version: number }
  baseline_bindings: { model: string; version: string; baseline: number }
  silences: { id: string; revision: number; changed_at: number; ends_at: number; document: string }
  alert_events: AlertEventRow
  alert_states: MemberKey & { event_id: string; status: string }
  alert_acks: { event_id: string; document: string; acked_at: number }
  outbox: {
    event_id: string
    channel: string
    /** Empty before anything was decided or tried. */
    status: string
    is_open: number
    attempts: number
    failures: number
    first_failed_at: number | null
    next_attempt_at: number | null
    muted_by: string
  }
  deliveries: {
    event_id: string
    channel: string
    attempt: number
    at: number
    status: string
    message_id: string
    muted_by: string
    left_out: string
    http_status: number | null
    latency_ms: number | null
    error: string
    next_attempt_at: number | null
  }
  retrains: {
    id: string
    model: string
    monitor: string
    kind: string
    alert: string | null
    created_at: number
    document: string
  }
  retrain_events: { retrain: string; seq: number; id: string; at: number; document: string }
  audit: {
    id: string
    at: number
    actor: string
    action: string
    subject: string
    name: string
    request_id: string
    before: string
    after: string
    detail: string
  }
  missed_windows: { monitor: string; stream: string; first_end: number; last_end: number }
  /** `revision` counts the requests to erase ids of the model; the newest one that named the id. */
  erased_ids: { model: string; hash: string; revision: number }
  deleted_events: { model: string; before: number }
  /** What an alias in MLflow pointed to since `seen_at`; `baseline` is 0 where the version has none. */
  mlflow_versions: {
    model: string
    seen_at: number
    registered: string
    alias: string
    version: string
    run_id: string
    baseline: number
    note: string
  }
  /** How looking at the alias of a model went; `failing_since` is null where nothing is wrong. */
  mlflow_polls: {
    model: string
    asked_at: number
    looked_at: number | null
    checked_at: number | null
    problem: string
    failing_since: number | null
  }
  mlflow_webhooks: { id: string; at: number }
  /** What was written to MLflow: documents. */
  mlflow_reports: { model: string; tags: string; progress: string; runs: string }
  /** A promoted version that an alias in MLflow is to point to; `state` is pending, moved or failed. */
  mlflow_promotions: {
    model: string
    experiment: string
    promoted_at: number
    promoted_by: string
    registered: string
    alias: string
    version: string
    state: string
    reason: string
  }
  /** Pages of the dashboard that were given a name. */
  saved_views: { id: string; name: string; path: string; saved_at: number; saved_by: string }
  /** `ends_at` of one that does not last is when it begins; without a model it is of all. */
  annotations: {
    id: string
    external_id: string | null
    model: string | null
    starts_at: number
    ends_at: number
    revision: number
    document: string
  }
  incidents: {
    id: string
    status: string
    started_at: number
    closed_at: number | null
    revision: number
    document: string
  }
  /** `alert` is the id of the event with which the alert began; the document is the alert as it was last known. */
  incident_alerts: {
    alert: string
    incident: string
    model: string
    monitor: string
    kind: string
    first_at: number
    document: string
  }
  counters: { name: string; value: number }
  /** A single row, number 1. */
  installation: { singleton: number; id: string }
  imports: { name: string; at: number; backup: string; counts: string }
  control_migrations: { name: string }
  leases: { name: string; holder: string; token: number; beat: number }
  /** `seen_at` is of the database's clock. */
  processes: { id: string; seen_at: number; report: string }
  key_uses: { id: string; used_at: number }
}

/** What tells the members of alerts, and alerts, apart. */
export interface MemberKey {
  monitor: string
  scope: string
  kind: string
  column: string
  segment: string
  version: string
}

export interface AlertEventRow extends MemberKey {
  id: string
  /** Counts up with every batch of events that is written: one that is written again counts as new. */
  seq: number
  model: string
  window_end: number
  reason: string
  status: string
  severity: string
  summary: string
  details: string
  created_at: number
  notify: number
  channels: string
}

/** How looking at a source went; `failing_since` is null where nothing is wrong. */
export interface SourceLookRow {
  source: string
  asked_at: number
  looked_at: number | null
  listed: number
  settling: number
  left_out: number
  problem: string
  failing_since: number | null
}

/** A file of a source with the content that it had; `number` tells it from all others, also of other sources. */
export interface SourceFileRow {
  number: number
  source: string
  path: string
  etag: string
  size: number
  modified_at: number
  /** JSON: columns that hold for all its rows. */
  constants: string
  /** waiting, taking, taken, failed, replaced or gone. */
  state: string
  seen_at: number
  started_at: number | null
  ended_at: number | null
  /** Rows of the file, once they are known. */
  rows: number | null
  /** JSON: how many rows of each kind of event were stored so far, from the first. */
  positions: string
  accepted: number
  rejected: number
  erased: number
  problem: string
}

export type DocumentTable =
  'models' | 'monitors' | 'channels' | 'topics' | 'alert_routes' | 'api_keys' | 'experiments' | 'sources'
