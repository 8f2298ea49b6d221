import { createHash } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { alertRouteSchema } from '../../../control/declared/alert-route.ts'
import { channelSchema } from '../../../control/declared/channel.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { insertObjects } from '../../../store/engine/query.ts'
import { topicSchema } from '../../../store/topic.ts'

const DAY = 86_400_000
export const HOSTILE = `o'Neil "q" \\ \`b\`\n\r\t\0\u0001\u2028é😀`
/** Milliseconds; three days ago, at a full hour. */
export const AT = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3 * DAY
/** Ids have as many digits. */
export const E1 = 'e1'.padEnd(32, '0')
export const OLD_KEY = 'dg_a-key-of-the-previous-release'

/** Rows of a table, each list in an insert of its own. */
type Inserts = Record<string, object[][]>

const document = (name: string, value: unknown, at = AT, removed = 0) => ({
  name,
  document: typeof value === 'string' ? value : JSON.stringify(value),
  removed,
  updated_at: at,
})
const gone = (name: string, at: number) => document(name, '{}', at, 1)

export const MODEL = modelSchema.parse({
  name: 'flights',
  task: 'regression',
  features: { distance: 'numeric', [HOSTILE]: 'categorical' },
})
const model = (name: string) => modelSchema.parse({ name, task: 'regression', features: { a: 'numeric' } })
const monitor = (name: string, of: string) => monitorSchema.parse({ name, model: of })
const webhook = (name: string, path: string) =>
  channelSchema.parse({
    name,
    webhook: { url: `http://127.0.0.1:9/${path}`, secret: 'a long secret of a channel' },
  })
const key = (id: string, secret: string) => ({
  id,
  name: HOSTILE,
  scopes: ['ingest', 'read', 'write'],
  hash: createHash('sha256').update(secret).digest('hex'),
  createdAt: new Date(AT).toISOString(),
})

const DECLARED: Inserts = {
  models: [
    [document('flights', model('flights')), document('gone', model('gone')), document('tie', model('tie'))],
    [
      document('flights', MODEL, AT + 1),
      gone('gone', AT + 1),
      document('tie', { ...model('tie'), positive: 'the later one' }),
    ],
  ],
  monitors: [
    [
      document('daily', monitor('daily', 'flights')),
      document('orphan', monitor('orphan', 'gone')),
      document('broken', '{"half":'),
      document('removed', monitor('removed', 'flights')),
    ],
    [gone('removed', AT + 5)],
  ],
  channels: [
    [document('ops', webhook('ops', 'before')), document('pager', webhook('pager', 'p')), document('dropped', webhook('dropped', 'd'))],
    [document('ops', webhook('ops', 'after'), AT + 9), gone('dropped', AT + 9)],
  ],
  topics: [
    [document('scores', topicSchema.parse({ name: 'scores', records: 'predictions', model: 'flights', fields: { id: 'k', ts: 't', prediction: 'p' } }))],
  ],
  alert_routes: [[document('all', alertRouteSchema.parse({ name: 'all', channels: ['ops'] }))]],
  api_keys: [[document('k1', key('k1', OLD_KEY)), document('k2', key('k2', 'revoked'))], [gone('k2', AT + 1)]],
} // prettier-ignore

export const baseline = (of: string, version: number) => ({
  model: of,
  version,
  hash: `hash ${of} ${version}`,
  binning: `binning ${version}`,
  name: HOSTILE,
  source: { file: 'training.csv' },
  rows: 1000,
  createdAt: new Date(AT + version).toISOString(),
})
const baselineRow = (of: string, version: number) => ({
  model: of,
  version,
  hash: `hash ${of} ${version}`,
  binning: `binning ${version}`,
  document: JSON.stringify(baseline(of, version)),
  created_at: AT + version,
})

const BASELINES: Inserts = {
  baselines: [[baselineRow('flights', 1), baselineRow('flights', 2), baselineRow('gone', 1)]],
  baseline_numbers: [
    [3, 4, 4].map((version) => ({ model: 'flights', version, claim: 'c' })),
    [{ model: 'counted', version: 7, claim: 'c' }],
  ],
  baseline_activations: [
    [
      { model: 'flights', version: 1, activated_at: AT },
      { model: 'flights', version: 2, activated_at: AT + 1 },
      { model: 'gone', version: 1, activated_at: AT },
      { model: 'gone', version: 0, activated_at: AT + 1 },
      { model: 'lost', version: 9, activated_at: AT },
    ],
  ],
  baseline_bindings: [
    [
      { model: 'flights', version: 'v1', baseline: 1, bound_at: AT },
      { model: 'flights', version: HOSTILE, baseline: 1, bound_at: AT },
      { model: 'flights', version: 'unbound', baseline: 2, bound_at: AT },
      { model: 'flights', version: 'v3', baseline: 7, bound_at: AT },
    ],
    [
      { model: 'flights', version: HOSTILE, baseline: 2, bound_at: AT + 1 },
      { model: 'flights', version: 'unbound', baseline: 0, bound_at: AT + 1 },
    ],
  ],
}

const MEMBER = {
  kind: 'feature',
  column: HOSTILE,
  segment: '',
  version: '',
  severity: 'critical',
  since: new Date(AT).toISOString(),
  explanation: HOSTILE,
  effect: 0.3,
}
export const event = (id: string, extra: object = {}) => ({
  id,
  scope: 'alert',
  monitor: 'daily',
  model: 'flights',
  kind: 'feature',
  column: '',
  segment: '',
  version: '',
  window_end: AT / 1000,
  reason: 'first',
  status: 'firing',
  severity: 'critical',
  summary: HOSTILE,
  details: JSON.stringify({ members: [MEMBER], baseline: HOSTILE }),
  created_at: AT,
  notify: 1,
  channels: ['ops', 'pager'],
  inserted_at: Date.now() - DAY,
  ...extra,
})
const member = (id: string, extra: object = {}) =>
  event(id, { scope: 'member', column: HOSTILE, reason: 'firing', notify: 0, channels: [], ...extra })

export const attempt = (event_id: string, channel: string, number: number, status: string, extra: object = {}) => ({
  event_id,
  channel,
  attempt: number,
  at: AT + number * 1000,
  status,
  http_status: 503,
  latency_ms: 12,
  error: HOSTILE,
  next_attempt_at: status === 'failed' ? AT + number * 60_000 : null,
  message_id: `m-${event_id}`,
  muted_by: status === 'silenced' ? HOSTILE : '',
  left_out: [HOSTILE],
  ...extra,
}) // prettier-ignore

const ALERTS: Inserts = {
  alert_events: [
    [
      event(E1, { summary: 'before it was written again' }),
      event('e2', { window_end: AT / 1000 + 3600, reason: 'repeat', created_at: AT + 2 }),
      event('e3', { window_end: AT / 1000 + 3600, reason: 'new_members', created_at: AT + 2 }),
      event('quiet', { kind: 'label', notify: 0 }),
      event('long-ago', { kind: 'data', inserted_at: Date.now() - 101 * DAY }),
      event('unreadable', { kind: 'concept', details: '[' }),
      member('m1'),
      member('m2', { created_at: AT + 1, status: 'resolved', reason: 'resolved' }),
      member('m3', { column: 'distance', segment: HOSTILE, version: HOSTILE }),
    ],
    [event(E1, { created_at: AT + 1 })],
  ],
  deliveries: [
    [
      attempt(E1, 'ops', 1, 'failed'),
      attempt(E1, 'ops', 2, 'delivered', { http_status: null, latency_ms: null, error: '' }),
      attempt(E1, 'pager', 1, 'failed'),
      attempt(E1, 'pager', 2, 'silenced'),
      attempt(E1, 'pager', 3, 'failed'),
      attempt(E1, 'pager', 4, 'failed'),
      attempt('e2', 'ops', 1, 'superseded'),
      attempt('e2', 'former', 1, 'failed'),
      attempt('long-ago', 'ops', 1, 'failed'),
      attempt('unknown', 'ops', 1, 'failed'),
    ],
  ],
  alert_acks: [
    [
      document(E1, { by: 'ada', comment: HOSTILE, at: new Date(AT).toISOString() }, AT + 3),
      document('e2', { by: 'ada', comment: '', at: new Date(AT).toISOString() }),
      document('unknown', { by: 'ada', comment: '', at: new Date(AT).toISOString() }),
    ],
    [gone('e2', AT + 4)],
  ],
}

export const silence = (id: string, revision: number, comment: string) => ({
  id,
  matchers: [{ field: 'column', op: '=', value: HOSTILE }],
  start: new Date(AT).toISOString(),
  end: new Date(AT + 30 * DAY).toISOString(),
  author: 'ada',
  comment,
  createdAt: new Date(AT).toISOString(),
  changedAt: new Date(AT).toISOString(),
  changedBy: 'ada',
  revision,
})
const silenceRow = (id: string, revision: number, comment: string, at: number) => ({
  id,
  revision,
  changed_at: at,
  ends_at: AT + 30 * DAY,
  document: JSON.stringify(silence(id, revision, comment)),
})
const request = (target: string) => ({
  target,
  evidence: {
    summary: HOSTILE,
    severity: 'critical',
    window: { from: new Date(AT - DAY).toISOString(), to: new Date(AT).toISOString() },
    members: [],
    training: { from: new Date(AT - DAY).toISOString(), to: new Date(AT).toISOString() },
  },
  callbackWithin: DAY,
})
const step = (retrain: string, seq: number, id: string, at: number, type: string) => ({
  retrain,
  seq,
  id,
  at,
  document: JSON.stringify({ type, by: 'ada', comment: HOSTILE }),
})

const CHANGES: Inserts = {
  silences: [
    [silenceRow('s1', 1, 'first', AT), silenceRow('s2', 1, 'first', AT), silenceRow('s2', 2, 'one person', AT + 5)],
    [silenceRow('s1', 2, 'second', AT + 1), silenceRow('s2', 2, 'another person', AT + 6)],
  ],
  retrains: [
    [
      { id: 'r1', model: 'flights', monitor: 'daily', kind: 'feature', alert: E1, created_at: AT, document: JSON.stringify(request('ops')) },
      { id: 'r2', model: 'flights', monitor: '', kind: 'manual', alert: '', created_at: AT + 1, document: JSON.stringify(request('ops')) },
    ],
  ],
  retrain_events: [
    [
      step('r1', 1, 'a', AT, 'awaiting_approval'),
      step('r1', 2, 'c', AT + 2, 'rejected'),
      step('r1', 2, 'b', AT + 1, 'approved'),
      step('r1', 3, 'd', AT + 3, 'sending'),
      step('r2', 1, 'e', AT, 'requested'),
      step('r3', 1, 'f', AT, 'requested'),
    ],
  ],
  audit: [
    ['1', '2', '1'].map((id) => ({
      id: `${id}0000000-0000-4000-8000-000000000000`, at: AT, actor: HOSTILE, action: 'putMonitor', subject: 'monitor',
      name: 'daily', request_id: 'req', before: '', after: 'x', detail: HOSTILE,
    })),
  ],
} // prettier-ignore

/** Fills the tables of the previous release. */
export async function fillLegacyTables(client: ClickHouseClient): Promise<void> {
  for (const inserts of [DECLARED, BASELINES, ALERTS, CHANGES])
    for (const [table, blocks] of Object.entries(inserts))
      for (const block of blocks) await insertObjects(client, table, block)
}
