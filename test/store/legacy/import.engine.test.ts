import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { acknowledgements } from '../../../control/alerting/alert-acks.ts'
import { currentAlerts, listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { listDeliveries, pendingDeliveries } from '../../../control/alerting/deliveries.ts'
import { findRetrain } from '../../../control/alerting/retrains.ts'
import { listSilences, silenceHistory } from '../../../control/alerting/silences.ts'
import { openApiKeys } from '../../../control/declared/api-keys.ts'
import { listAudit } from '../../../control/declared/audit.ts'
import { boundBaselines } from '../../../control/declared/baseline-bindings.ts'
import { activeBaseline, claimBaselineNumber, listBaselines } from '../../../control/declared/baselines.ts'
import { channels } from '../../../control/declared/channel.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { insertObjects } from '../../../store/engine/query.ts'
import { importLegacy } from '../../../store/legacy/import.ts'
import { openModels } from '../../../store/models.ts'
import { topics } from '../../../store/topic.ts'
import { PREVIOUS_TABLES } from '../../support/previous-release/tables.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const NOW = new Date('2026-11-29T00:00:00Z')
const at = (hour: number) => Date.UTC(2026, 0, 5, hour)
const UGLY = 'naïve \'q\' `b` \\ "d"\n😀'

const named = (name: string, document: object, hour = 0, removed = 0) => ({
  name,
  document: JSON.stringify({ name, ...document }),
  removed,
  updated_at: at(hour),
})
const model = { task: 'binary', features: [], segments: [] }
const monitor = (name: string) => ({ name, model: 'flights', checks: ['feature'], window: 86_400_000 })
const event = (id: string, hour: number, more: object = {}) => ({
  id,
  scope: 'alert',
  monitor: 'daily',
  model: 'flights',
  kind: 'feature',
  column: '',
  segment: '',
  version: '',
  window_end: at(hour) / 1000,
  reason: 'first',
  status: 'firing',
  severity: 'critical',
  summary: UGLY,
  details: JSON.stringify({ members: [], baseline: 'baseline 1' }),
  created_at: at(hour),
  notify: 1,
  channels: ['team', 'mail'],
  inserted_at: NOW.getTime() - 86_400_000,
  ...more,
})
const delivery = (id: string, channel: string, attempt: number, status: string, more: object = {}) => ({
  event_id: id,
  channel,
  attempt,
  at: at(12 + attempt),
  status,
  error: '',
  message_id: '',
  muted_by: '',
  left_out: [],
  ...more,
})

/** What each table held; twice the same key where the newest counted. */
const ROWS: Record<string, object[]> = {
  models: [named('flights', model, 1), named('flights', { ...model, task: 'regression' }), named('gone', model), named('gone', {}, 2, 1)],
  monitors: [named('daily', monitor('daily')), named('stray', { ...monitor('stray'), model: 'gone' })],
  channels: [named(UGLY, { webhook: { url: 'https://example.com/secret' } })],
  topics: [named('logs', { records: 'predictions', model: 'flights', format: 'json' })],
  api_keys: [named('k1', { id: 'k1', scopes: ['read'], hash: 'h' }), named('revoked', { id: 'revoked' }), named('revoked', {}, 3, 1)],
  baselines: [1, 2].map((version) => ({ model: 'flights', version, hash: 'h', binning: 'b', created_at: at(0), document: JSON.stringify({ model: 'flights', version, hash: 'h', binning: 'b', name: `n${version}`, source: { file: 'f' }, rows: 1, createdAt: new Date(at(0)).toISOString() }) })),
  baseline_activations: [{ model: 'flights', version: 1, activated_at: at(2) }, { model: 'flights', version: 2, activated_at: at(1) }, { model: 'none', version: 0, activated_at: at(1) }],
  baseline_numbers: [{ model: 'flights', version: 5, claim: 'c' }],
  baseline_bindings: [{ model: 'flights', version: 'v2', baseline: 2, bound_at: at(0) }, { model: 'flights', version: 'v3', baseline: 2, bound_at: at(0) }, { model: 'flights', version: 'v3', baseline: 0, bound_at: at(1) }],
  alert_events: [
    event('a', 1),
    event('b', 2, { reason: 'repeat' }),
    event('c', 2, { reason: 'all_resolved', status: 'resolved' }),
    event('old', 0, { monitor: 'other', inserted_at: NOW.getTime() - 101 * 86_400_000 }),
    event('m', 1, { scope: 'member', column: 'x', notify: 0 }),
  ],
  deliveries: [delivery('a', 'team', 1, 'failed', { error: 'HTTP 500', http_status: 500, next_attempt_at: at(14) }), delivery('a', 'team', 2, 'failed', { next_attempt_at: at(15) }), delivery('a', 'mail', 1, 'delivered', { left_out: ['k'] }), delivery('a', 'former', 1, 'failed'), delivery('lost', 'team', 1, 'failed')],
  alert_acks: [{ ...named('a', {}), document: JSON.stringify({ by: 'Ann', comment: UGLY, at: 't' }) }, named('lost', {})],
  silences: [1, 2].map((revision) => ({ id: 's', revision, changed_at: at(revision), ends_at: at(48), document: JSON.stringify({ id: 's', matchers: [], start: at(0), end: at(48), author: 'Ann', comment: `${revision}`, createdAt: at(0), changedAt: at(revision), changedBy: 'Ann', revision }) })),
  retrains: [{ id: 'r', model: 'flights', monitor: 'daily', kind: 'feature', alert: '', created_at: at(1), document: JSON.stringify({ target: 'train', evidence: {}, callbackWithin: 1 }) }],
  retrain_events: [{ retrain: 'r', seq: 1, id: 'e1', at: at(1), document: JSON.stringify({ type: 'requested', by: 'x', comment: '' }) }, ...['e2', 'e3'].map((id, i) => ({ retrain: 'r', seq: 2, id, at: at(2 + i), document: JSON.stringify({ type: 'sending', by: 'x', comment: '' }) }))],
  audit: [{ id: 'au', at: at(1), actor: UGLY, action: 'a', subject: 's', name: 'n', request_id: '', before: '', after: '', detail: '' }],
} // prettier-ignore

describe('control state of the release before, which was in ClickHouse', () => {
  let store: Awaited<ReturnType<typeof temporaryStore>>
  let directory: string
  const logged: [object, string][] = []
  const note = (fields: object, message: string) => void logged.push([fields, message])
  const bringOver = () =>
    importLegacy(store, { directory, now: NOW, log: { info: note, warn: note } as never })
  beforeAll(async () => {
    store = await temporaryStore()
    directory = join(store.directory, 'backups')
    for (const query of PREVIOUS_TABLES) await store.rollup.command({ query })
    for (const [table, rows] of Object.entries(ROWS)) await insertObjects(store.rollup, table, rows)
    await bringOver()
  })

  test('is brought over whole: what is declared', async () => {
    const { control } = store
    const models = openModels(store)
    expect((await models.list()).map(({ name, task }) => [name, task])).toEqual([['flights', 'binary']])
    expect((await monitors.list(control)).map(({ name }) => name)).toEqual(['daily'])
    expect((await channels.list(control)).map(({ name }) => name)).toEqual([UGLY])
    expect((await topics.list(control)).map(({ name }) => name)).toEqual(['logs'])
    expect((await openApiKeys(control).list()).map(({ id }) => id)).toEqual(['k1'])
    expect((await listBaselines(control, 'flights')).map(({ name }) => name)).toEqual(['n1', 'n2'])
    expect((await activeBaseline(control, 'flights'))?.version).toBe(1)
    expect([...(await boundBaselines(control, 'flights'))].map(([v, { version }]) => [v, version])).toEqual([
      ['v2', 2],
    ])
    expect(await claimBaselineNumber(control, 'flights')).toBe(6)
    expect((await listAudit(control, { limit: 9 })).map(({ id, actor }) => [id, actor])).toEqual([
      ['au', UGLY],
    ])
  })

  test('is brought over whole: alerts, and what is still to be told', async () => {
    const { control } = store
    const events = await listAlertEvents(control, { limit: 99 })
    expect(events.map(({ id }) => id)).toEqual(['b', 'c', 'a', 'm', 'old'])
    expect(events[0].summary).toBe(UGLY)
    expect((await currentAlerts(control, { scope: 'alert' })).map(({ id }) => id)).toEqual(['b', 'old'])
    const pending = await pendingDeliveries(control)
    expect(pending.map(({ eventId, channel, attempts, failures }) => [eventId, channel, attempts, failures])).toEqual([
      ['a', 'team', 2, 2], ['b', 'mail', 0, 0], ['b', 'team', 0, 0], ['c', 'mail', 0, 0], ['c', 'team', 0, 0],
    ]) // prettier-ignore
    expect(pending[0].firstAttemptAt).toEqual(new Date(at(13)))
    expect(pending[0].nextAttemptAt).toEqual(new Date(at(15)))
    expect(await listDeliveries(control, { limit: 99 })).toHaveLength(4)
    expect((await acknowledgements(control, events)).get('a')).toMatchObject({ by: 'Ann', comment: UGLY })
    expect((await listSilences(control)).map(({ comment }) => comment)).toEqual(['2'])
    expect(await silenceHistory(control, 's')).toHaveLength(2)
    expect((await findRetrain(control, 'r'))!.events.map(({ id, seq }) => [id, seq])).toEqual([
      ['e1', 1],
      ['e2', 2],
      ['e3', 3],
    ])
  })

  test('leaves a backup that only its owner can read, and says what could not be kept', () => {
    const [name] = readdirSync(directory)
    const path = join(directory, name)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
    expect(lines.length).toBeGreaterThan(25)
    expect(lines.filter((line) => line.includes('"stray"'))).toHaveLength(1)
    const [, warning] = logged
    expect(warning[0]).toMatchObject({ count: 3, backup: path })
    expect(JSON.stringify(warning[0])).toMatch(/stray.*lost.*lost/)
  })

  test('is brought over once', async () => {
    logged.length = 0
    await monitors.remove(store.control, 'daily')
    await bringOver()
    expect(await monitors.list(store.control)).toEqual([])
    expect(readdirSync(directory)).toHaveLength(1)
    expect(logged).toEqual([])
  })
})
