import { expect, test } from 'vitest'
import type { ControlTables } from '../../../control/database/tables.ts'
import type { ServiceKind } from '../../../domain/retention.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

/**
 * What bounds a table: a kind whose old rows are deleted; what is declared, that is, people; a number of rows that does
 * not grow; or nothing, on purpose.
 */
type Bound = ServiceKind | 'declared' | 'fixed' | 'kept'

const BOUNDS: Record<keyof ControlTables, Bound> = {
  models: 'declared',
  monitors: 'declared',
  channels: 'declared',
  topics: 'declared',
  alert_routes: 'declared',
  api_keys: 'declared',
  experiments: 'declared',
  experiment_states: 'declared',
  sources: 'declared',
  source_looks: 'declared',
  // One for each file that the source has; those of files that are gone are deleted with the next look.
  source_files: 'declared',
  baselines: 'declared',
  active_baselines: 'declared',
  baseline_bindings: 'declared',
  silences: 'alerts',
  annotations: 'alerts',
  incidents: 'alerts',
  incident_alerts: 'alerts',
  alert_events: 'alerts',
  // Of a declared monitor one row stays for each member and alert.
  alert_states: 'alerts',
  alert_acks: 'alerts',
  outbox: 'alerts',
  deliveries: 'deliveries',
  retrains: 'alerts',
  retrain_events: 'alerts',
  audit: 'audit',
  // One row for each monitor and stream.
  missed_windows: 'declared',
  // What a person had erased must never come back.
  erased_ids: 'kept',
  // One for each model beside those of the service.
  counters: 'declared',
  deleted_events: 'declared',
  // A row each time an alias is moved, which people do.
  mlflow_versions: 'declared',
  mlflow_polls: 'declared',
  mlflow_reports: 'declared',
  // One for each promotion, by a person.
  mlflow_promotions: 'declared',
  saved_views: 'declared',
  // Ids of the last ten minutes.
  mlflow_webhooks: 'fixed',
  installation: 'fixed',
  imports: 'fixed',
  control_migrations: 'fixed',
  leases: 'fixed',
  // Rows of processes that have said nothing for an hour are removed.
  processes: 'fixed',
  key_uses: 'declared',
}

describeOnBoth('the tables of the control database', (open) => {
  test('each have a bound', async () => {
    const control = await open()
    const tables = await control.introspection.getTables()
    // PostgreSQL lists those of every schema.
    expect([...new Set(tables.map(({ name }) => name))].sort()).toEqual(Object.keys(BOUNDS).sort())
  })
})
