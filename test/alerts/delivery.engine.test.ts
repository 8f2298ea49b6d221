import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseAllowList } from '../../alerts/http/allow-list.ts'
import { deliverPending, type DeliverRequest } from '../../alerts/delivery/deliver.ts'
import { linkTo } from '../../alerts/message/message.ts'
import { createSafeAgent } from '../../alerts/http/safe-agent.ts'
import { sendTest } from '../../alerts/delivery/send.ts'
import type { AlertEvent, AlertReason } from '../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import { channels, channelSchema, publicChannel } from '../../control/declared/channel.ts'
import { listDeliveries } from '../../control/alerting/deliveries.ts'
import { eventId } from '../../alerts/state/event-id.ts'
import { forgetAlerts } from '../support/stores/control.ts'
import { runScript } from '../support/child.ts'
import { describeOnServer } from '../support/stores/clickhouse-server.ts'
import { temporaryServerStore, temporaryStore } from '../support/stores/store.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
const NEXT_SECRET = 'plain text of more than twenty-four bytes'
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)

interface Received {
  path: string
  id: string
  signature: string
  body: string
  json: { type: string; data: Record<string, unknown> }
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()

/** A receiver as a user would write one: it refuses what its library cannot verify. */
class Receiver {
  readonly received: Received[] = []
  answers = new Map<string, Answer[]>()
  onRequest: () => void = () => {}
  url = ''

  private readonly server = createServer((request, response) => {
    void text(request).then((body) => {
      const headers = request.headers as Record<string, string>
      const json = new Webhook(SECRET).verify(body, headers) as Received['json']
      const path = request.url!
      this.received.push({
        path,
        id: headers['webhook-id'],
        signature: headers['webhook-signature'],
        body,
        json,
      })
      this.onRequest()
      const queue = this.answers.get(path) ?? []
      const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? status(204)
      answer(response, request)
    })
  })

  async start() {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop() {
    this.server.closeAllConnections()
    this.server.close()
  }

  /** The last answer goes on for ever. */
  answer(path: string, ...answers: Answer[]) {
    this.answers.set(path, answers)
  }

  at(path: string) {
    return this.received.filter((one) => one.path === path)
  }
}

let store: Awaited<ReturnType<typeof temporaryStore>>
const receiver = new Receiver()
const logged: string[] = []
const log = {
  info: (fields: object, message: string) => void logged.push(JSON.stringify([fields, message])),
  warn: (fields: object, message: string) => void logged.push(JSON.stringify([fields, message])),
}

beforeAll(async () => {
  store = await temporaryStore()
  await receiver.start()
})
afterAll(() => receiver.stop())

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await forgetAlerts(store.control)
  receiver.received.length = 0
  receiver.answers.clear()
})
afterEach(() => vi.useRealTimers())

const wait = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

async function deliver(options: Partial<DeliverRequest> & { allow?: string[] } = {}) {
  const { allow = ['127.0.0.1'], ...rest } = options
  const dispatcher = createSafeAgent({ allow: parseAllowList(allow), timeoutMs: 400 })
  const counts = await deliverPending({
    store,
    dispatcher,
    link: linkTo('https://drift.example.com/'),
    clock: () => new Date(),
    random: () => 0.5,
    log,
    ...rest,
  })
  await dispatcher.destroy()
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))
}

async function declare(name: string, path = `/${name}`, secret: string | string[] = SECRET) {
  const channel = channelSchema.parse({ name, webhook: { url: `${receiver.url}${path}`, secret } })
  await channels.put(store.control, name, channel, new Date())
}

function alertEvent(reason: AlertReason, hour: number, targets: string[], monitor = 'daily'): AlertEvent {
  const member = { kind: 'feature', column: 'distance', segment: '', version: '' }
  return {
    id: eventId(['alert', monitor, 'feature'], at(hour), reason),
    scope: 'alert',
    monitor,
    model: 'flights',
    kind: 'feature',
    column: '',
    segment: '',
    version: '',
    windowEnd: at(hour),
    reason,
    status: reason === 'all_resolved' ? 'resolved' : 'firing',
    severity: 'critical',
    summary: `Feature "distance" of flights: ${reason}.`,
    members: [{ ...member, severity: 'critical', since: at(0).toISOString(), effect: 0.412, resultId: 'r1' }],
    baseline: 'baseline 1 (january.parquet)',
    createdAt: new Date(),
    notify: true,
    channels: targets,
  }
}

const emit = (...events: AlertEvent[]) => insertAlertEvents(store.control, events)
const history = async (channel: string) =>
  (await listDeliveries(store.control, { channel, limit: 100 })).toReversed()
const statuses = async (channel: string) => (await history(channel)).map((delivery) => delivery.status)

describe('delivery', () => {
  it('sends an event once, signed, with what a reader needs', async () => {
    await declare('ok')
    const event = alertEvent('first', 1, ['ok'])
    await emit(event)
    expect(await deliver()).toEqual({ delivered: 1 })
    expect(await deliver()).toEqual({})
    expect(receiver.received).toHaveLength(1)
    const [{ id, json }] = receiver.received
    expect(id).toBe(event.id)
    expect(json).toEqual({
      type: 'alert.firing',
      timestamp: event.createdAt.toISOString(),
      data: {
        id: event.id,
        monitor: 'daily',
        model: 'flights',
        kind: 'feature',
        status: 'firing',
        severity: 'critical',
        reason: 'first',
        window_end: '2026-01-05T01:00:00.000Z',
        baseline: 'baseline 1 (january.parquet)',
        title: '[critical] Feature drift in flights: distance',
        text: 'Feature "distance" of flights: first.',
        recommendation: 'Check the feature pipeline; retrain on recent data.',
        link: `https://drift.example.com/alerts/${event.id}`,
        members: [
          {
            column: 'distance',
            segment: '',
            version: '',
            severity: 'critical',
            since: '2026-01-05T00:00:00.000Z',
            effect: 0.412,
            monitor: 'daily',
            chart: expect.stringMatching(
              /^https:\/\/drift\.example\.com\/models\/flights\/columns\/distance\?monitor=daily&kind=feature&at=2026-01-05T01%3A00/,
            ),
            result_id: 'r1',
          },
        ],
        more_members: 0,
      },
    })
    expect(await history('ok')).toMatchObject([
      { eventId: event.id, attempt: 1, status: 'delivered', httpStatus: 204, latencyMs: expect.any(Number) },
    ])
  })

  it('signs with each secret while they are being rotated', async () => {
    await declare('rotating', '/rotating', [NEXT_SECRET, SECRET])
    await emit(alertEvent('first', 1, ['rotating']))
    expect(await deliver()).toEqual({ delivered: 1 })
    const [{ body, id, signature }] = receiver.received
    expect(signature.split(' ')).toHaveLength(2)
    const headers = { 'webhook-id': id, 'webhook-signature': signature, 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) } // prettier-ignore
    expect(() => new Webhook(NEXT_SECRET, { format: 'raw' }).verify(body, headers)).not.toThrow()
    expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow()
  })

  it('tries again after a failure, when it is due, with the same id and the same body', async () => {
    await declare('flaky')
    receiver.answer('/flaky', status(500), status(503), status(200))
    await emit(alertEvent('first', 1, ['flaky']))
    expect(await deliver()).toEqual({ failed: 1 })
    expect(await deliver()).toEqual({})
    wait(4_000)
    expect(await deliver()).toEqual({})
    wait(1_001)
    expect(await deliver()).toEqual({ failed: 1 })
    wait(10_001)
    expect(await deliver()).toEqual({ delivered: 1 })
    expect(new Set(receiver.received.map(({ id, body }) => id + body)).size).toBe(1)
    expect((await history('flaky')).map((d) => [d.attempt, d.status, d.httpStatus, d.error])).toEqual([
      [1, 'failed', 500, 'HTTP 500'],
      [2, 'failed', 503, 'HTTP 503'],
      [3, 'delivered', 200, undefined],
    ])
  })

  it.each([
    ['seconds', () => '600'],
    ['a date', () => new Date(Date.now() + 600_000).toUTCString()],
  ])('waits as long as Retry-After says, in %s', async (_, header) => {
    vi.setSystemTime(Math.ceil(Date.now() / 1000) * 1000)
    await declare('busy')
    receiver.answer('/busy', status(429, { 'retry-after': header() }), status(200))
    await emit(alertEvent('first', 1, ['busy']))
    expect(await deliver()).toEqual({ failed: 1 })
    wait(10 * MINUTE - 2000)
    expect(await deliver()).toEqual({})
    wait(2000)
    expect(await deliver()).toEqual({ delivered: 1 })
  })

  it.each([
    ['redirects', 302],
    ['permanently', 308],
    ['is gone', 410],
    ['will not read it', 400],
    ['does not know us', 401],
    ['is not there', 404],
  ])('gives up at once where the receiver %s (%i)', async (_, code) => {
    await declare('final')
    receiver.answer('/final', status(code, { location: `${receiver.url}/elsewhere` }))
    await emit(alertEvent('first', 1, ['final']))
    expect(await deliver()).toEqual({ given_up: 1 })
    wait(HOUR)
    expect(await deliver()).toEqual({})
    expect(receiver.at('/elsewhere')).toEqual([])
    const [{ status: given, httpStatus, error }] = await history('final')
    expect([given, httpStatus]).toEqual(['given_up', code])
    expect(error).toBe(code < 400 ? `HTTP ${code}: redirects are not followed` : `HTTP ${code}`)
  })

  it.each<[string, Answer, RegExp]>([
    ['hangs', () => {}, /timeout/i],
    ['cuts the connection', (_, request) => void request.socket.destroy(), /closed|socket/i],
    ['answers with no HTTP', (_, request) => void request.socket.end('SSH-2.0\r\n\r\n'), /./],
  ])('tries again where the receiver %s', async (_, answer, error) => {
    await declare('broken')
    receiver.answer('/broken', answer, status(200))
    await emit(alertEvent('first', 1, ['broken']))
    expect(await deliver()).toEqual({ failed: 1 })
    const [{ httpStatus, error: text }] = await history('broken')
    expect([httpStatus, text]).toEqual([undefined, expect.stringMatching(error)])
    wait(MINUTE)
    expect(await deliver()).toEqual({ delivered: 1 })
  })

  it('takes a 2xx for a success whatever its body, and does not read it to the end', async () => {
    await declare('verbose')
    let written = 0
    receiver.answer('/verbose', (response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    await emit(alertEvent('first', 1, ['verbose']))
    expect(await deliver()).toEqual({ delivered: 1 })
    expect(written).toBeLessThan(64_000_000)
  })

  it('gives up, visibly, a day after the first attempt', async () => {
    await declare('down')
    receiver.answer('/down', status(503))
    await emit(alertEvent('first', 1, ['down']))
    const start = Date.now()
    for (let i = 0; i < 200 && (await statuses('down')).at(-1) !== 'given_up'; i++) {
      const next = (await history('down')).at(-1)?.nextAttemptAt
      if (next) vi.setSystemTime(next)
      await deliver({ random: () => 0.99 })
    }
    const attempts = await history('down')
    const last = attempts.at(-1)!
    expect(last).toMatchObject({
      status: 'given_up',
      httpStatus: 503,
      error: expect.stringContaining('24 hours'),
    })
    expect(last.at.getTime() - start).toBeGreaterThan(22 * HOUR)
    expect(last.at.getTime() - start).toBeLessThanOrEqual(24 * HOUR)
    expect(attempts.length).toBeGreaterThan(20)
    wait(48 * HOUR)
    expect(await deliver()).toEqual({})
  })

  it('never reaches an address that is not allowed', async () => {
    await declare('inside')
    await emit(alertEvent('first', 1, ['inside']))
    expect(await deliver({ allow: [] })).toEqual({ given_up: 1 })
    expect(receiver.received).toEqual([])
    expect((await history('inside'))[0].error).toContain('not a public address (loopback)')
  })

  it('waits for a channel that is not declared yet', async () => {
    await emit(alertEvent('first', 1, ['late']))
    expect(await deliver()).toEqual({ failed: 1 })
    await declare('late')
    wait(MINUTE)
    expect(await deliver()).toEqual({ delivered: 1 })
  })

  it('a channel that hangs holds up no other, and is tried once a call', async () => {
    await declare('hanging')
    await declare('fine')
    receiver.answer('/hanging', () => {})
    const events = ['a', 'b', 'c'].map((model) => ({
      ...alertEvent('first', 1, ['hanging', 'fine'], model),
      model,
    }))
    await emit(...events)
    expect(await deliver()).toEqual({ failed: 1, delivered: 3 })
    expect(await deliver()).toEqual({ failed: 1 })
    expect(receiver.at('/hanging')).toHaveLength(2)
  })

  it('records nothing of what was cut short by a stop, and sends it after the restart', async () => {
    await declare('stopped')
    receiver.answer('/stopped', () => {}, status(200))
    await emit(alertEvent('first', 1, ['stopped']))
    const stop = new AbortController()
    receiver.onRequest = () => stop.abort()
    expect(await deliver({ signal: stop.signal })).toEqual({})
    receiver.onRequest = () => {}
    expect(await history('stopped')).toEqual([])
    expect(await deliver()).toEqual({ delivered: 1 })
  })

  it('sends a test message and keeps no record of it', async () => {
    await declare('tested')
    const dispatcher = createSafeAgent({ allow: parseAllowList(['127.0.0.1']) })
    const channel = (await channels.find(store.control, 'tested'))!
    expect(await sendTest(channel, { dispatcher, mailer: undefined, now: new Date() })).toMatchObject({
      status: 'delivered',
    })
    await dispatcher.close()
    expect(receiver.received[0].json.type).toBe('channel.test')
    expect(await history('tested')).toEqual([])
  })
})

describe('of each alert a channel is told', () => {
  it('the newest only: older ones that were not delivered are superseded', async () => {
    await declare('slow')
    receiver.answer('/slow', status(500), status(200))
    await emit(alertEvent('first', 1, ['slow']))
    await deliver()
    await emit(alertEvent('new_members', 2, ['slow']), alertEvent('severity_raised', 3, ['slow']))
    expect(await deliver()).toEqual({ superseded: 2, delivered: 1 })
    expect(receiver.received.map(({ json }) => json.data.reason)).toEqual(['first', 'severity_raised'])
    expect(await deliver()).toEqual({})
  })

  it('nothing that is older than what it was told before', async () => {
    await declare('recomputed')
    await emit(alertEvent('first', 5, ['recomputed']))
    await deliver()
    wait(1000)
    await emit(alertEvent('first', 3, ['recomputed']))
    expect(await deliver()).toEqual({ superseded: 1 })
    expect(receiver.received).toHaveLength(1)
  })

  it('that it is resolved, if it was told that it fires', async () => {
    await declare('told')
    await emit(alertEvent('first', 1, ['told']))
    await deliver()
    await emit(alertEvent('all_resolved', 3, ['told']))
    expect(await deliver()).toEqual({ delivered: 1 })
    expect(receiver.received.map(({ json }) => json.type)).toEqual(['alert.firing', 'alert.resolved'])
    expect(receiver.received[1].json.data.recommendation).toBe('')
  })

  it('no resolution of what it never heard of', async () => {
    await declare('down')
    await declare('up')
    receiver.answer('/down', status(500), status(200))
    await emit(alertEvent('first', 1, ['down', 'up']))
    expect(await deliver()).toEqual({ failed: 1, delivered: 1 })
    await emit(alertEvent('all_resolved', 3, ['down', 'up']))
    expect(await deliver()).toEqual({ superseded: 1, suppressed: 1, delivered: 1 })
    expect(await statuses('down')).toEqual(['failed', 'superseded', 'suppressed'])
    expect(await statuses('up')).toEqual(['delivered', 'delivered'])
  })

  it('no second resolution, and a new firing after it', async () => {
    await declare('again')
    for (const [hour, reason] of (['first', 'all_resolved'] as const).entries()) {
      await emit(alertEvent(reason, hour, ['again']))
      await deliver()
    }
    receiver.answer('/again', status(410), status(200))
    await emit(alertEvent('first', 10, ['again']))
    expect(await deliver()).toEqual({ given_up: 1 })
    await emit(alertEvent('all_resolved', 12, ['again']))
    expect(await deliver()).toEqual({ suppressed: 1 })
    await emit(alertEvent('first', 20, ['again']))
    expect(await deliver()).toEqual({ delivered: 1 })
  })

  it('each alert for itself: another monitor changes nothing', async () => {
    await declare('shared')
    await emit(alertEvent('first', 1, ['shared'], 'a'), alertEvent('all_resolved', 2, ['shared'], 'b'))
    expect(await deliver()).toEqual({ delivered: 1, suppressed: 1 })
  })

  it('nothing of members, and nothing that carries no duty', async () => {
    await declare('quiet')
    const event = alertEvent('first', 1, ['quiet'])
    await emit({ ...event, notify: false })
    await emit({ ...event, id: '0'.repeat(32), scope: 'member', reason: 'firing' })
    expect(await deliver()).toEqual({})
  })
})

describeOnServer('a crash', () => {
  // A data directory belongs to one process, a server serves the child as well.
  let server: Awaited<ReturnType<typeof temporaryServerStore>>
  let embedded: typeof store
  beforeAll(async () => {
    server = await temporaryServerStore()
    ;[embedded, store] = [store, server]
  })
  afterAll(() => void (store = embedded))

  it('between sending and recording repeats the event under the same id', async () => {
    vi.useRealTimers()
    await declare('crash')
    const event = alertEvent('first', 1, ['crash'])
    await emit(event)
    const child = runScript(`
      import { deliverPending } from './alerts/delivery/deliver.ts'
      import { parseAllowList } from './alerts/http/allow-list.ts'
      import { createSafeAgent } from './alerts/http/safe-agent.ts'
      import { openStore } from './store/engine/client.ts'
      const store = await openStore({ url: '${server.location.url}' }, { path: '${server.directory}/control.db' })
      await deliverPending({ store, dispatcher: createSafeAgent({ allow: parseAllowList(['127.0.0.1']) }),
        link: (path) => path, clock: () => new Date(), random: Math.random, log: { info() {}, warn() {} } })
      console.log('recorded')`)
    receiver.answer('/crash', () => void child.process.kill('SIGKILL'), status(200))
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(child.lines).toEqual([])
    expect(await history('crash')).toEqual([])
    expect(await deliver()).toEqual({ delivered: 1 })
    expect(await deliver()).toEqual({})
    expect(receiver.received.map(({ id }) => id)).toEqual([event.id, event.id])
  })
})

describe('secrets', () => {
  it('stand in the channels table alone: in no event, delivery, log line or answer of the API', async () => {
    await declare('private', '/private?token=hunter2', [SECRET, NEXT_SECRET])
    receiver.answer('/private?token=hunter2', status(500), status(400))
    await emit(alertEvent('first', 1, ['private']))
    await deliver()
    wait(HOUR)
    await deliver()
    expect(await deliver({ allow: [] })).toEqual({})
    const kept = JSON.stringify([
      await store.control.selectFrom('alert_events').selectAll().execute(),
      await store.control.selectFrom('deliveries').selectAll().execute(),
      logged,
      publicChannel((await channels.find(store.control, 'private'))!),
    ])
    expect(logged.length).toBeGreaterThan(20)
    for (const secret of [SECRET, SECRET.slice(6), NEXT_SECRET, 'hunter2', 'v1,']) {
      expect(kept).not.toContain(secret)
    }
    expect(kept).toContain('/private?…')
  })
})
