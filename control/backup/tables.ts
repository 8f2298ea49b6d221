import type { ControlTables } from '../database/tables.ts'

/** Tables of one process or one database, which mean nothing elsewhere. */
type OwnTable = 'control_migrations' | 'installation' | 'leases' | 'mlflow_webhooks' | 'processes'
export type BackedUpTable = Exclude<keyof ControlTables, OwnTable>

const MEMBER = ['monitor', 'scope', 'kind', 'column', 'segment', 'version'] as const

const KEYS: { [Table in BackedUpTable]: readonly (keyof ControlTables[Table] & string)[] } = {
  models: ['name'],
  monitors: ['name'],
  channels: ['name'],
  topics: ['name'],
  alert_routes: ['name'],
  api_keys: ['name'],
  key_uses: ['id'],
  experiments: ['name'],
  sources: ['name'],
  source_looks: ['source'],
  source_files: ['number'],
  experiment_states: ['name'],
  baselines: ['model', 'version'],
  active_baselines: ['model'],
  baseline_bindings: ['model', 'version'],
  silences: ['id', 'revision'],
  alert_events: ['id'],
  alert_states: MEMBER,
  alert_acks: ['event_id'],
  outbox: ['event_id', 'channel'],
  deliveries: ['event_id', 'channel', 'attempt'],
  retrains: ['id'],
  retrain_events: ['retrain', 'seq'],
  audit: ['id'],
  missed_windows: ['monitor', 'stream'],
  mlflow_versions: ['model', 'seen_at'],
  mlflow_polls: ['model'],
  mlflow_reports: ['model'],
  mlflow_promotions: ['model', 'experiment', 'promoted_at'],
  saved_views: ['id'],
  annotations: ['id'],
  incidents: ['id'],
  incident_alerts: ['alert'],
  counters: ['name'],
  imports: ['name'],
  erased_ids: ['model', 'hash'],
  deleted_events: ['model'],
}

/** The primary key of each table of a backup, by table: those that others refer to come first. */
export const PRIMARY_KEYS: Readonly<Record<BackedUpTable, readonly string[]>> = KEYS
export const BACKED_UP_TABLES = Object.keys(KEYS) as BackedUpTable[]
