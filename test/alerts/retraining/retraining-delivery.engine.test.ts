import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseAllowList } from '../../../alerts/http/allow-list.ts'
import { eventId } from '../../../alerts/state/event-id.ts'
import { followAlerts } from '../../../alerts/retraining/follow-alerts.ts'
import { retrainData } from '../../../alerts/retraining/message.ts'
import { recordStep, type Step } from '../../../alerts/retraining/record.ts'
import { readRetrains } from '../../../alerts/retraining/retrain.ts'
import { releaseWaiting } from '../../../alerts/retraining/release-waiting.ts'
import { sendPendingRetrains } from '../../../alerts/retraining/send-pending.ts'
import { createSafeAgent } from '../../../alerts/http/safe-agent.ts'
import { endUnwatched } from '../../../service/schedule/end-unwatched.ts'
import type { AlertEvent, AlertReason } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { alertRoutes, alertRouteSchema } from '../../../control/declared/alert-route.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { listAudit } from '../../../control/declared/audit.ts'
import { channels, channelSchema } from '../../../control/declared/channel.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema, type Monitor } from '../../../control/declared/monitor.ts'
import { openModels } from '../../../store/models.ts'
import { runScript } from '../../support/child.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { Listener, status } from '../../support/retraining.ts'
import { temporaryServerStore, temporaryStore } from '../../support/stores/store.ts'
import { forgetAlerts, forgetRetrains } from '../../support/stores/control.ts'

const HOUR = 3_600_000
const FLIGHTS = modelSchema.parse({ name: 'flights', task: 'binary', features: { distance: 'numeric' } })
const MINUTE = 60_000
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
const TOKEN = 'github_pat_0123456789abcdefghij'
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)

let store: Awaited<ReturnType<typeof temporaryStore>>
const pipeline = new Listener()
const github = new Listener()
const logged: string[] = []
const note = (fields: object, message: string) => void logged.push(JSON.stringify([fields, message]))

beforeAll(async () => {
  store = await temporaryStore()
  await pipeline.start()
  await github.start()
  pipeline.check = ({ body, headers }) =>
    void new Webhook(SECRET).verify(body, headers as Record<string, string>)
  await declareTargets()
})
afterAll(() => {
  pipeline.stop()
  github.stop()
})
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: at(0) })
  await forgetRetrains(store.control)
  await forgetAlerts(store.control)
  pipeline.forget()
  github.forget()
})
afterEach(() => vi.useRealTimers())

async function declareTargets(): Promise<void> {
  const train = { name: 'train', webhook: { url: `${pipeline.url}/hooks/train?key=hunter2`, secret: SECRET } }
  const actions = {
    name: 'actions',
    github: { repository: 'acme/models', token: TOKEN, api_url: github.url },
  }
  await openModels(store).declare(FLIGHTS, new Date())
  for (const one of [train, actions])
    await channels.put(store.control, one.name, channelSchema.parse(one), at(0))
}

const wait = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

async function declare(retrain: object = {}, more: object = {}): Promise<Monitor> {
  const monitor = monitorSchema.parse({
    name: 'daily',
    model: 'flights',
    alert: { channels: ['train'] },
    retrain: { target: 'train', on: ['feature', 'label'], approval: ['concept'], ...retrain },
    ...more,
  })
  await monitors.put(store.control, monitor.name, monitor, new Date())
  return monitor
}

function alertEvent(reason: AlertReason, hour: number, kind = 'feature', monitor = 'daily'): AlertEvent {
  const nowhere = { kind, column: '', segment: '', version: '' }
  const since = at(hour - 1).toISOString()
  return {
    ...nowhere,
    id: eventId(['alert', monitor, kind], at(hour), reason),
    scope: 'alert',
    monitor,
    model: 'flights',
    windowEnd: at(hour),
    reason,
    status: reason === 'all_resolved' ? 'resolved' : 'firing',
    severity: 'critical',
    summary: 'Feature "distance" of flights has drifted.',
    members: [
      { ...nowhere, column: 'distance', severity: 'critical', since, effect: 0.41, explanation: 'It moved.', resultId: 'r1' },
    ],
    baseline: 'baseline 1 (january.parquet)',
    createdAt: at(hour),
    notify: true,
    channels: [],
  } // prettier-ignore
}

/** Stores events of one window and decides on them. */
async function fire(monitor: Monitor, ...events: AlertEvent[]) {
  await insertAlertEvents(store.control, events)
  await follow(monitor, events[0].windowEnd)
}

function follow(monitor: Monitor, windowEnd: Date) {
  const kinds = ['feature', 'label', 'concept', 'prediction', 'performance']
  return followAlerts({ store, monitor, windowEnd, kinds, now: windowEnd })
}

async function send(allow = ['127.0.0.1']): Promise<void> {
  const dispatcher = createSafeAgent({ allow: parseAllowList(allow), timeoutMs: 300 })
  await sendPendingRetrains({
    store,
    dispatcher,
    publicUrl: 'https://drift.example.com',
    clock: () => new Date(),
    random: () => 0.5,
    log: { info: note, warn: note },
  })
  await dispatcher.destroy()
}

const all = () => readRetrains(store)
const statuses = async () => (await all()).map(({ state }) => state.status).toReversed()
const types = async () => (await all())[0].events.map(({ type }) => type)
const said = (type: Step['type'], more: Partial<Step> = {}): Step => ({ type, by: 'pipeline', comment: '', at: new Date(), ...more }) // prettier-ignore

describe('a request', () => {
  test('goes out once, signed, with the evidence and a token of its own', async () => {
    const monitor = await declare()
    await fire(monitor, alertEvent('first', 30))
    await send()
    await send()
    expect(pipeline.heard).toHaveLength(1)
    const [{ path, headers, json }] = pipeline.heard
    const [{ request, state }] = await all()
    expect(path).toBe('/hooks/train?key=hunter2')
    expect([headers['webhook-id'], headers['idempotency-key']]).toEqual([request.id, request.id])
    expect(json).toEqual({
      type: 'model.retrain_requested',
      timestamp: at(30).toISOString(),
      data: {
        id: request.id,
        model: 'flights',
        monitor: 'daily',
        kind: 'feature',
        alert: {
          id: request.alert,
          severity: 'critical',
          link: `https://drift.example.com/alerts/${request.alert}`,
        },
        alerts: [
          {
            id: request.alert,
            monitor: 'daily',
            kind: 'feature',
            severity: 'critical',
            summary: 'Feature "distance" of flights has drifted.',
            link: `https://drift.example.com/alerts/${request.alert}`,
          },
        ],
        summary: 'Feature "distance" of flights has drifted.',
        evidence: {
          window: { from: at(6).toISOString(), to: at(30).toISOString() },
          baseline: 'baseline 1 (january.parquet)',
          statistic: 'psi',
          columns: [
            {
              kind: 'feature',
              column: 'distance',
              segment: '',
              version: '',
              severity: 'critical',
              since: at(29).toISOString(),
              effect: 0.41,
              explanation: 'It moved.',
              result_id: 'r1',
            },
          ],
        },
        training: {
          from: at(5).toISOString(),
          to: at(30).toISOString(),
          basis: 'first_drifted_window',
          exclude: [],
        },
        callback: {
          url: `https://drift.example.com/api/v1/retrains/${request.id}/status`,
          token: expect.stringMatching(/^dgr_[\w-]{43}$/),
        },
      },
    })
    expect(state).toMatchObject({ status: 'sent', attempts: 1 })
    expect(await types()).toEqual(['requested', 'sending', 'sent'])
  })

  test('to GitHub is a repository_dispatch as its documentation has it', async () => {
    github.answer(status(204))
    await fire(await declare({ target: 'actions' }), alertEvent('first', 30))
    await send()
    const [{ method, path, headers, json, body }] = github.heard
    expect([method, path]).toEqual(['POST', '/repos/acme/models/dispatches'])
    expect(headers).toMatchObject({
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${TOKEN}`,
      'x-github-api-version': '2022-11-28',
      'user-agent': 'driftgauge',
    })
    expect(Object.keys(json)).toEqual(['event_type', 'client_payload'])
    expect(json.event_type).toBe('driftgauge_retrain')
    expect(Object.keys(json.client_payload).length).toBeLessThanOrEqual(10)
    expect(body).not.toContain(TOKEN)
    expect(await statuses()).toEqual(['sent'])
  })

  test('that GitHub refuses, for a token that may not, is given up and says so without the token', async () => {
    github.answer(status(404))
    await fire(await declare({ target: 'actions' }), alertEvent('first', 30))
    await send()
    expect(await statuses()).toEqual(['undeliverable'])
    expect((await all())[0].events.at(-1)).toMatchObject({ httpStatus: 404, error: 'HTTP 404' })
    expect(logged.join() + JSON.stringify(await all())).not.toContain(TOKEN)
  })

  const reset = (seconds: number) => String(Math.floor(at(0).getTime() / 1000) + seconds)
  test.each([
    [403, { 'retry-after': '60' }, 60],
    [429, { 'retry-after': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(600) }, 60],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(600) }, 600],
    [429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(600) }, 600],
  ])(
    'waits where GitHub answers %i %j, as its limit of requests is reached',
    async (code, headers, seconds) => {
      github.answer(status(code, headers), status(204))
      await fire(await declare({ target: 'actions' }), alertEvent('first', 30))
      await send()
      expect((await all())[0].events.at(-1)).toMatchObject({ type: 'not_sent', error: `HTTP ${code}` })
      wait(seconds * 1000 - 1)
      await send()
      expect(github.heard).toHaveLength(1)
      wait(1)
      await send()
      expect(await statuses()).toEqual(['sent'])
    },
  )

  test('is given up where GitHub answers 403 with requests left', async () => {
    github.answer(status(403, { 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': reset(600) }))
    await fire(await declare({ target: 'actions' }), alertEvent('first', 30))
    await send()
    expect(await statuses()).toEqual(['undeliverable'])
  })

  test('of columns with the longest names fits what GitHub takes', async () => {
    const event = alertEvent('first', 30)
    const long = { ...event.members[0], column: '🛫'.repeat(100), explanation: '🛫'.repeat(4000) }
    await fire(await declare(), {
      ...event,
      members: Array.from({ length: 300 }, () => long),
    })
    const [{ request }] = await all()
    const widest = { ...request.evidence.members[0], segment: '\u0001'.repeat(2000) }
    const wide = {
      ...request,
      evidence: { ...request.evidence, members: Array.from({ length: 20 }, () => widest) },
    }
    const data = retrainData({ request: wide, publicUrl: 'https://drift.example.com', token: 'x'.repeat(47) })
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(65_536)
    expect(data.evidence.columns.length).toBeGreaterThan(0)
    expect(request.evidence.members).toHaveLength(20)
  })

  test.each([
    ['500', status(500), 'HTTP 500'],
    ['429', status(429), 'HTTP 429'],
    ['a reset', (response: { destroy(): void }) => void response.destroy(), undefined],
    ['a receiver that hangs', () => {}, undefined],
  ])(
    'is sent again under the same id after %s, with another token, and both count',
    async (_name, answer, error) => {
      pipeline.answer(answer, status(202))
      await fire(await declare(), alertEvent('first', 30))
      await send()
      const [{ state, events }] = await all()
      expect(state).toMatchObject({ status: 'requested', attempts: 1 })
      expect(events.at(-1)).toMatchObject({ type: 'not_sent', error: error ?? expect.any(String) })
      await send()
      expect(pipeline.heard).toHaveLength(1)
      wait(10_000)
      await send()
      const [first, second] = pipeline.heard
      expect(second.headers['webhook-id']).toBe(first.headers['webhook-id'])
      expect(second.json.data.callback.token).not.toBe(first.json.data.callback.token)
      const [after] = await all()
      expect(after.state.status).toBe('sent')
      expect(after.state.tokenHashes).toHaveLength(2)
    },
  )

  test('waits as long as Retry-After says', async () => {
    pipeline.answer(status(503, { 'retry-after': '600' }), status(202))
    await fire(await declare(), alertEvent('first', 30))
    await send()
    wait(599_000)
    await send()
    expect(pipeline.heard).toHaveLength(1)
    wait(1_000)
    await send()
    expect(await statuses()).toEqual(['sent'])
  })

  test.each([
    ['302', status(302, { location: 'http://127.0.0.1:1/' })],
    ['410', status(410)],
  ])('is given up at once after %s, told of, and sent again when a person asks', async (_name, answer) => {
    pipeline.answer(answer, status(202))
    await fire(await declare(), alertEvent('first', 30))
    await send()
    expect(await statuses()).toEqual(['undeliverable'])
    const [alert] = await currentAlerts(store.control, { scope: 'alert', kind: 'retraining' })
    expect(alert).toMatchObject({ status: 'firing', channels: ['train'], notify: true })
    expect(alert.summary).toMatch(
      /^The request to retrain flights could not be delivered to "train": HTTP \d+/,
    )
    wait(HOUR)
    await send()
    expect(pipeline.heard).toHaveLength(1)
    await recordStep(store, (await all())[0].request.id, said('replayed', { by: 'ann' }))
    await send()
    expect(await statuses()).toEqual(['sent'])
    expect(pipeline.heard[1].headers['webhook-id']).toBe(pipeline.heard[0].headers['webhook-id'])
  })

  test('is given up 24 hours after its first attempt', async () => {
    pipeline.answer(status(500))
    await fire(await declare(), alertEvent('first', 30))
    for (let minutes = 0; minutes <= 25 * 60; minutes += 20) {
      await send()
      wait(20 * MINUTE)
    }
    expect(await statuses()).toEqual(['undeliverable'])
    expect((await all())[0].events.at(-1)!.error).toMatch(/no attempts remain within 24 hours/)
  })

  test('never reaches an address that is not allowed', async () => {
    await fire(await declare(), alertEvent('first', 30))
    await send([])
    expect(pipeline.heard).toEqual([])
    expect(await statuses()).toEqual(['undeliverable'])
  })

  test('waits for a channel that is being declared', async () => {
    await fire(await declare({ target: 'later' }), alertEvent('first', 30))
    await send()
    expect((await all())[0].events.at(-1)).toMatchObject({
      type: 'not_sent',
      error: 'no channel with this name is declared',
    })
    const later = { name: 'later', webhook: { url: pipeline.url, secret: SECRET } }
    await channels.put(store.control, 'later', channelSchema.parse(later), new Date())
    wait(10_000)
    await send()
    expect(await statuses()).toEqual(['sent'])
  })
})

describeOnServer('a crash', () => {
  // A data directory belongs to one process, a server serves the child as well.
  let server: Awaited<ReturnType<typeof temporaryServerStore>>
  let embedded: typeof store
  beforeAll(async () => {
    server = await temporaryServerStore()
    ;[embedded, store] = [store, server]
    await declareTargets()
  })
  afterAll(() => void (store = embedded))

  test('killed between sent and recorded goes out again under the same id', async () => {
    await fire(await declare(), alertEvent('first', 30))
    const child = runScript(`
      import { sendPendingRetrains } from './alerts/retraining/send-pending.ts'
      import { parseAllowList } from './alerts/http/allow-list.ts'
      import { createSafeAgent } from './alerts/http/safe-agent.ts'
      import { openStore } from './store/engine/client.ts'
      const store = await openStore({ url: '${server.location.url}' }, { path: '${server.directory}/control.db' })
      await sendPendingRetrains({ store, dispatcher: createSafeAgent({ allow: parseAllowList(['127.0.0.1']) }),
        publicUrl: 'https://drift.example.com', clock: () => new Date(), random: Math.random,
        log: { info() {}, warn() {} } })
      console.log('recorded')`)
    vi.useRealTimers()
    pipeline.answer(() => void child.process.kill('SIGKILL'), status(202))
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(child.lines).toEqual([])
    await send()
    await send()
    expect(pipeline.heard.map(({ headers }) => headers['webhook-id'])).toEqual([
      (await all())[0].request.id,
      (await all())[0].request.id,
    ])
    expect(await statuses()).toEqual(['sent'])
    expect(await types()).toEqual(['requested', 'sending', 'sending', 'sent'])
  })
})

describe('what alerts ask for', () => {
  test('a window that is run again asks for nothing twice, nor do two at once', async () => {
    const monitor = await declare()
    const event = alertEvent('first', 30)
    await fire(monitor, event)
    await Promise.all([follow(monitor, event.windowEnd), follow(monitor, event.windowEnd)])
    await Promise.all([send(), send()])
    expect(await statuses()).toEqual(['sent'])
  })

  test('of three kinds at once two ask together; the third waits for a person', async () => {
    const monitor = await declare()
    const kinds = ['concept', 'feature', 'label'] as const
    await fire(monitor, ...kinds.map((kind) => alertEvent('first', 30, kind)))
    expect((await statuses()).toSorted()).toEqual(['awaiting_approval', 'requested'])
    const { request } = (await all()).find(({ state }) => state.status === 'requested')!
    expect(request).toMatchObject({
      kind: 'label',
      evidence: { alerts: [{ kind: 'label' }, { kind: 'feature' }] },
    })
  })

  test('cooldown and number hold over days', async () => {
    const monitor = await declare({ cooldown: '36h', max_per_day: 5 })
    const asked: number[] = []
    for (let hour = 30; hour < 30 + 7 * 24; hour += 6) {
      vi.setSystemTime(at(hour))
      await fire(monitor, alertEvent('first', hour))
      await releaseWaiting({ store, clock: () => new Date() })
      await send()
      const [{ request, state }] = await all()
      if (state.status !== 'sent') continue
      asked.push(hour)
      await recordStep(store, request.id, said('failed'))
    }
    expect(asked).toEqual([30, 66, 102, 138, 174])
  })

  test('what waits for approval is dropped once the alert has resolved, as is what was not sent yet', async () => {
    const monitor = await declare()
    await fire(monitor, alertEvent('first', 30, 'concept'))
    expect(await statuses()).toEqual(['awaiting_approval'])
    await send()
    expect(pipeline.heard).toEqual([])
    await fire(monitor, alertEvent('all_resolved', 33, 'concept'))
    await fire(monitor, alertEvent('first', 40))
    await fire(monitor, alertEvent('all_resolved', 43))
    expect(await statuses()).toEqual(['cancelled', 'cancelled'])
    await send()
    expect(pipeline.heard).toEqual([])
  })

  test('a dry run is recorded and nothing is sent', async () => {
    await fire(await declare({ dry_run: true }), alertEvent('first', 30))
    await send()
    expect(await statuses()).toEqual(['dry_run'])
    expect(pipeline.heard).toEqual([])
  })

  test('a monitor without a policy asks for nothing', async () => {
    await fire(await declare({}, { retrain: undefined }), alertEvent('first', 30))
    expect(await all()).toEqual([])
  })
})

describe('a retraining that comes to nothing', () => {
  const alerts = () => currentAlerts(store.control, { scope: 'alert', kind: 'retraining' })
  async function sent(monitor: Monitor, hour = 30) {
    await fire(monitor, alertEvent('first', hour))
    await send()
    return (await all())[0].request.id
  }

  test('is told to the channels of matching routes as well', async () => {
    const match = { kinds: ['retraining'] }
    const route = alertRouteSchema.parse({ name: 'failures', match, channels: ['oncall'] })
    await alertRoutes.put(store.control, route.name, route, new Date())
    const id = await sent(await declare({ cooldown: '1h', max_per_day: 9 }))
    await recordStep(store, id, said('failed'))
    await alertRoutes.remove(store.control, route.name)
    const [{ channels }] = await alerts()
    expect(channels).toContain('oncall')
  })

  test('is told of with the words of the pipeline, and the next success ends that', async () => {
    const monitor = await declare({ cooldown: '1h', max_per_day: 9 })
    const id = await sent(monitor)
    await recordStep(store, id, said('failed', { comment: 'CUDA is out of memory.' }))
    await recordStep(store, id, said('failed', { comment: 'CUDA is out of memory.' }))
    expect(await alerts()).toMatchObject([
      {
        status: 'firing',
        summary: 'The retraining of flights requested from "train" failed: CUDA is out of memory.',
        members: [{ column: id }],
      },
    ])
    wait(2 * HOUR)
    await recordStep(store, await sent(monitor, 40), said('succeeded', { version: '4' }))
    expect(await alerts()).toMatchObject([
      {
        status: 'resolved',
        summary: 'A retraining of flights succeeded with version "4".',
        channels: ['train'],
      },
    ])
  })

  test('counts as lost when nothing is heard of it, and may come back', async () => {
    const id = await sent(await declare({ callback_within: '2h' }))
    wait(2 * HOUR - 1)
    await send()
    expect(await statuses()).toEqual(['sent'])
    await recordStep(store, id, said('running'))
    wait(2 * HOUR)
    await send()
    expect(await statuses()).toEqual(['expired'])
    expect((await alerts())[0].summary).toMatch(
      /^The retraining of flights requested from "train" is considered lost/,
    )
    await recordStep(store, id, said('succeeded', { version: '4' }))
    expect(await statuses()).toEqual(['succeeded'])
    expect((await alerts())[0].status).toBe('resolved')
  })

  test('is over when the alert that asked for it is', async () => {
    const monitor = await declare()
    await recordStep(store, await sent(monitor), said('failed'))
    wait(MINUTE)
    await fire(monitor, alertEvent('all_resolved', 33))
    expect((await alerts())[0]).toMatchObject({ status: 'resolved' })
  })

  test('goes on as an alert while its monitor asks for retraining, and no longer', async () => {
    const monitor = await declare()
    await recordStep(store, await sent(monitor), said('failed'))
    wait(MINUTE)
    await endUnwatched(store, [monitor], new Date())
    expect((await alerts())[0]).toMatchObject({ status: 'firing' })
    await endUnwatched(store, [{ ...monitor, retrain: undefined }], new Date())
    expect((await alerts())[0]).toMatchObject({ reason: 'unwatched', status: 'resolved' })
  })
})

test('every step is in the audit log, and no secret is anywhere but with the channel', async () => {
  await store.control.deleteFrom('audit').execute()
  await fire(await declare(), alertEvent('first', 30))
  await send()
  const { token } = pipeline.heard[0].json.data.callback
  const entries = await listAudit(store.control, { limit: 10 })
  expect(
    entries.map(({ action, actor, before, after }) => [action, actor, before, after]).toSorted(),
  ).toEqual([
    ['retrain.requested', 'monitor daily', '', 'requested'],
    ['retrain.sending', 'driftgauge', 'requested', 'requested'],
    ['retrain.sent', 'driftgauge', 'requested', 'sent'],
  ])
  const tables = ['retrains', 'retrain_events', 'alert_events', 'audit'] as const
  const stored = await Promise.all(
    tables.map((table) => store.control.selectFrom(table).selectAll().execute()),
  )
  const everything = JSON.stringify(stored) + logged.join()
  for (const secret of [token, SECRET, TOKEN, 'hunter2']) expect(everything).not.toContain(secret)
})
