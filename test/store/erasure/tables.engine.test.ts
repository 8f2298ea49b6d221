import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { rows } from '../../../store/engine/query.ts'
import { sipHash64 } from '../../../store/erasure/sip-hash.ts'
import { personalTables, soughtIds } from '../../../store/erasure/sought.ts'
import { openModels } from '../../../store/models.ts'
import { temporaryStore } from '../../support/stores/store.ts'

/**
 * What erasing does with each table. A new table needs a verdict here, and one in docs/privacy.md if it can hold values of
 * events.
 */
const VERDICTS: Record<string, 'rows are deleted' | 'values are removed' | 'counts and names' | 'no events'> =
  {
    predictions_m: 'rows are deleted',
    labels_m: 'rows are deleted',
    label_index_m: 'rows are deleted',
    reference_features_m: 'rows are deleted',
    pending_labels: 'rows are deleted',
    halves: 'rows are deleted',
    dead_letters: 'rows are deleted',
    input_problems: 'values are removed',
    // Counts by bin; the bins of a text are named after its frequent values, as are verdicts on them.
    profiles: 'counts and names',
    labelled_profiles: 'counts and names',
    hours: 'counts and names',
    binnings: 'counts and names',
    baseline_profiles: 'counts and names',
    baseline_labelled_profiles: 'counts and names',
    results: 'counts and names',
    newest_windows: 'counts and names',
    evaluations: 'counts and names',
    experiment_hours: 'counts and names',
    experiments: 'no events',
    experiment_states: 'counts and names',
    sources: 'no events',
    source_looks: 'no events',
    // Names of files, and how many rows they had.
    source_files: 'counts and names',
    baselines: 'counts and names',
    alert_events: 'counts and names',
    retrains: 'counts and names',
    retrain_events: 'counts and names',
    // Views store nothing.
    view_label_index_m: 'no events',
    view_newest_windows_by_part: 'no events',
    deleted_events: 'no events',
    dirty_hours: 'no events',
    migrations: 'no events',
    installation: 'no events',
    models: 'no events',
    monitors: 'no events',
    channels: 'no events',
    topics: 'no events',
    alert_routes: 'no events',
    api_keys: 'no events',
    active_baselines: 'no events',
    baseline_bindings: 'no events',
    silences: 'no events',
    // What people and pipelines wrote.
    annotations: 'no events',
    // What people wrote, and the sentences of the alerts.
    incidents: 'no events',
    incident_alerts: 'counts and names',
    alert_states: 'no events',
    alert_acks: 'no events',
    outbox: 'no events',
    deliveries: 'no events',
    audit: 'no events',
    missed_windows: 'no events',
    mlflow_versions: 'no events',
    mlflow_polls: 'no events',
    mlflow_webhooks: 'no events',
    mlflow_reports: 'no events',
    mlflow_promotions: 'no events',
    saved_views: 'no events',
    counters: 'no events',
    imports: 'no events',
    control_migrations: 'no events',
    leases: 'no events',
    processes: 'no events',
    key_uses: 'no events',
    // Hashes, which is what keeps erased ids away.
    erased_ids: 'no events',
  }

let store: Awaited<ReturnType<typeof temporaryStore>>
beforeAll(async () => {
  store = await temporaryStore()
  const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
  await openModels(store).declare(model, new Date())
})

test('every table has a verdict on what erasing does with it', async () => {
  const found = await rows<{ name: string }>(
    store.read,
    'SELECT name FROM system.tables WHERE database = currentDatabase()',
  )
  const control = await sql<{ name: string }>`
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`.execute(store.control)
  const names = new Set([...found, ...control.rows].map(({ name }) => name))
  expect([...names].sort()).toEqual(Object.keys(VERDICTS).sort())
})

test('and those with ids are among the tables whose rows are deleted', async () => {
  const withIds = await rows<{ table: string }>(
    store.read,
    `SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name IN ('id', 'hash', 'payload')
       AND table NOT IN ('results', 'installation', 'view_label_index_m') ORDER BY table`,
  )
  const deleted = Object.values(personalTables(soughtIds('m', ['a']))).map(({ table }) => table)
  expect(withIds.map(({ table }) => table)).toEqual([...deleted, 'dead_letters'].sort())
  for (const { table } of withIds) expect(VERDICTS[table]).toBe('rows are deleted')
})

test('statements name ids by the hash that ClickHouse makes of them', async () => {
  const ids = ['', 'a', 'abcdefg', 'abcdefgh', 'Zażółć gęślą jaźń 🦆', 'x'.repeat(1000), "'quoted\\"]
  for (const id of ids) {
    const query = 'SELECT toString(sipHash64({id:String})) AS hash'
    expect(await rows(store.read, query, { id })).toEqual([{ hash: String(sipHash64(id)) }])
  }
})
