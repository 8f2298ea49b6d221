import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventId } from '../../alerts/state/event-id.ts'
import type { AlertEvent, AlertReason } from '../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import { command } from '../support/command.ts'
import { testService, type TestService } from '../support/service.ts'
import { forgetAlerts } from '../support/stores/control.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 5)
const SECRET = 'a secret of twenty-four bytes or more'
const iso = (hour: number) => new Date(NOW + hour * HOUR).toISOString()

let service: TestService
let answer = 204
const received: string[] = []
const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    const { type, data } = JSON.parse(body) as {
      type: string
      data: { reason: string; members: { column: string }[] }
    }
    received.push(`${type} ${data.reason} ${data.members.map(({ column }) => column).join('+')}`)
    response.writeHead(answer).end()
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  service = await testService(undefined, { DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1' })
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  await must('POST', '/models', { name: 'flights', task: 'binary', features: { x: 'numeric', y: 'numeric' } })
  await must('POST', '/channels', { name: 'team', webhook: { url, secret: SECRET } })
  await must('POST', '/monitors', { name: 'daily', model: 'flights', alert: { channels: ['team'] } })
})
afterAll(() => receiver.close())

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  await forgetAlerts(service.store.control)
  await service.store.control.deleteFrom('silences').execute()
  received.length = 0
  answer = 204
})
afterEach(() => vi.useRealTimers())

async function must(method: string, path: string, body?: unknown) {
  const { status, body: answered } = await service.call(method, path, body)
  expect(status, JSON.stringify(answered)).toBeLessThan(300)
  return answered
}
const refusal = async (method: string, path: string, body?: unknown) => {
  const { status, body: answered } = await service.call(method, path, body)
  return [status, answered.detail]
}

async function emit(reason: AlertReason, hour: number, columns = ['x']): Promise<string> {
  const kind = 'feature'
  const id = eventId(['alert', 'daily', kind], new Date(NOW + hour * HOUR), reason)
  const event: AlertEvent = {
    id, scope: 'alert', monitor: 'daily', model: 'flights', kind, column: '', segment: '', version: '',
    windowEnd: new Date(NOW + hour * HOUR), reason, status: reason === 'all_resolved' ? 'resolved' : 'firing',
    severity: 'warning', summary: 'It moved.', baseline: undefined, createdAt: new Date(), notify: true, channels: ['team'],
    members: columns.map((column) => ({ kind, column, segment: '', version: '', severity: 'warning', since: iso(0) })),
  } // prettier-ignore
  await insertAlertEvents(service.store.control, [event])
  return id
}

/** What is sent at the given hour. */
async function sentAt(hour: number): Promise<string[]> {
  vi.setSystemTime(NOW + hour * HOUR)
  received.length = 0
  await service.worker.run(new Date())
  return [...received]
}
const statuses = async (query = '') =>
  (await must('GET', `/deliveries?limit=100${query}`)).deliveries
    .map(({ status }: { status: string }) => status)
    .reverse()

const ON_X = { matchers: [{ field: 'column', value: 'x' }], author: 'Ann', comment: 'known' }

describe('silences', () => {
  test('an alert goes on under a silence, says by whom and until when, and is told of when that is over', async () => {
    const silence = await must('POST', '/silences', { ...ON_X, end: iso(5) })
    expect(silence).toMatchObject({ state: 'active', start: iso(0), end: iso(5), author: 'Ann', revision: 1 })
    const id = await emit('first', 1)
    expect(await sentAt(1)).toEqual([])
    expect(await sentAt(2)).toEqual([])
    expect(await statuses()).toEqual(['silenced'])
    const [alert] = (await must('GET', '/alerts')).alerts
    expect(alert).toMatchObject({ id, status: 'firing', inhibited: null })
    expect(alert.silenced).toEqual({
      id: silence.id,
      author: 'Ann',
      comment: 'known',
      end: iso(5),
      members: 1,
    })
    const { deliveries } = await must('GET', `/alerts/${id}`)
    expect(deliveries[0]).toMatchObject({
      status: 'silenced',
      muted_by: `silence ${silence.id} by Ann until ${iso(5)}`,
    })
    expect(await sentAt(5)).toEqual(['alert.firing first x'])
    expect((await must('GET', '/alerts')).alerts[0].silenced).toBeNull()
    expect(await statuses()).toEqual(['silenced', 'delivered'])
  })

  test('nothing is told of what began and ended under it', async () => {
    await must('POST', '/silences', { ...ON_X, end: iso(5) })
    await emit('first', 1)
    expect(await sentAt(1)).toEqual([])
    await emit('all_resolved', 3)
    expect([await sentAt(3), await sentAt(6)]).toEqual([[], []])
    expect(await statuses()).toEqual(['silenced', 'superseded', 'suppressed'])
  })

  test('the end of what was told before it is told when it is over', async () => {
    await emit('first', 1)
    expect(await sentAt(1)).toEqual(['alert.firing first x'])
    const { id } = await must('POST', '/silences', { ...ON_X, end: iso(90) })
    await emit('all_resolved', 3)
    expect(await sentAt(3)).toEqual([])
    await must('POST', `/silences/${id}/expire`, { author: 'Bob' })
    expect(await sentAt(4)).toEqual(['alert.resolved all_resolved x'])
  })

  test('a message lists the columns that are not silenced', async () => {
    await must('POST', '/silences', { ...ON_X, end: iso(5) })
    await emit('first', 1, ['x', 'y'])
    expect(await sentAt(1)).toEqual(['alert.firing first y'])
    await emit('new_members', 2, ['x', 'y'])
    expect(await sentAt(2)).toEqual([])
    expect(await sentAt(5)).toEqual(['alert.firing new_members x+y'])
  })

  test('one can be changed and ended, and what it was is kept', async () => {
    const { id } = await must('POST', '/silences', { ...ON_X, start: iso(1), end: iso(2) })
    const state = async () => (await must('GET', `/silences/${id}`)).state
    expect(await state()).toBe('pending')
    vi.setSystemTime(NOW + 1.5 * HOUR)
    expect(await state()).toBe('active')
    await must('PATCH', `/silences/${id}`, { author: 'Bob', end: iso(9), comment: 'longer' })
    expect(await refusal('PATCH', `/silences/${id}`, { author: 'Bob', start: iso(3) })).toEqual([409, expect.stringContaining('has started')]) // prettier-ignore
    vi.setSystemTime(NOW + 3 * HOUR)
    expect(await state()).toBe('active')
    await must('POST', `/silences/${id}/expire`, { author: 'Eve' })
    const silence = await must('GET', `/silences/${id}`)
    expect(silence).toMatchObject({
      state: 'expired',
      end: iso(3),
      author: 'Ann',
      changed_by: 'Eve',
      revision: 3,
    })
    expect(silence.history.map(({ end, comment, changed_by }: Record<string, string>) => [end, comment, changed_by])).toEqual([
      [iso(9), 'longer', 'Bob'],
      [iso(2), 'known', 'Ann'],
    ]) // prettier-ignore
    for (const [method, path] of [['PATCH', ''], ['POST', '/expire']])
      expect(await refusal(method, `/silences/${id}${path}`, { author: 'Bob' })).toEqual([409, expect.stringContaining('has ended')]) // prettier-ignore
    const listed = async (wanted: string) => (await must('GET', `/silences?state=${wanted}`)).silences.length
    expect([await listed('expired'), await listed('active'), await listed('pending')]).toEqual([1, 0, 0])
  })

  test('one that has not begun is ended without having been', async () => {
    const { id } = await must('POST', '/silences', { ...ON_X, start: iso(5), end: iso(9) })
    vi.setSystemTime(NOW + HOUR)
    expect(await must('POST', `/silences/${id}/expire`, { author: 'Bob' })).toMatchObject({
      state: 'expired',
      start: iso(1),
      end: iso(1),
    })
  })

  test.each([
    [{ end: iso(-1) }, 'end: must be in the future'],
    [{ end: iso(3), start: iso(4) }, 'end: must be after the start'],
    [{ end: iso(91 * 24) }, 'end: at most 90 days from now; a silence can be extended while it is active'],
    [{ end: iso(3), matchers: [] }, expect.stringContaining('at least one matcher')],
    [{ end: iso(3), matchers: [{ field: 'name', value: 'x' }] }, expect.stringContaining('matchers')],
    [{ end: iso(3), author: ' ' }, expect.stringContaining('say who')],
  ])('%o is refused', async (change, detail) => {
    expect(await refusal('POST', '/silences', { ...ON_X, ...change })).toEqual([400, detail])
  })
})

describe('an acknowledgement', () => {
  const ack = async (id: string) => must('POST', `/alerts/${id}/ack`, { by: 'Ann' })
  const shown = async () => (await must('GET', '/alerts')).alerts[0].acknowledged?.by

  test('keeps repeats back, until it is taken back', async () => {
    const first = await emit('first', 1)
    await sentAt(1)
    await ack(first)
    await emit('repeat', 25)
    expect(await sentAt(25)).toEqual([])
    expect(await shown()).toBe('Ann')
    const repeat = await emit('repeat', 49)
    expect(await sentAt(49)).toEqual([])
    expect(await statuses()).toEqual(['delivered', 'acknowledged', 'acknowledged'])
    await must('DELETE', `/alerts/${repeat}/ack`)
    expect(await shown()).toBeUndefined()
    await emit('repeat', 73)
    expect(await sentAt(73)).toEqual(['alert.firing repeat x'])
  })

  test('keeps no news back, which ask anew', async () => {
    await ack(await emit('first', 1))
    expect(await sentAt(1)).toEqual(['alert.firing first x'])
    await emit('new_members', 3, ['x', 'y'])
    expect([await sentAt(3), await shown()]).toEqual([['alert.firing new_members x+y'], undefined])
    await emit('repeat', 27, ['x', 'y'])
    expect(await sentAt(27)).toEqual(['alert.firing repeat x+y'])
    await ack((await must('GET', '/alerts')).alerts[0].id)
    await emit('repeat', 51, ['x', 'y'])
    expect(await sentAt(51)).toEqual([])
    await emit('all_resolved', 60, ['x', 'y'])
    expect([await sentAt(60), await shown()]).toEqual([['alert.resolved all_resolved x+y'], undefined])
  })
})

describe('what was given up', () => {
  const dead = async () => (await must('GET', '/deliveries?status=given_up&newest=true')).deliveries

  test('is shown, and sent again with the same patience when a person asks for it', async () => {
    answer = 410
    await emit('first', 1)
    await sentAt(1)
    const [letter] = await dead()
    expect(letter).toMatchObject({ channel: 'team', attempt: 1, error: 'HTTP 410', http_status: 410 })
    answer = 500
    expect(await must('POST', `/deliveries/${letter.id}/replay`)).toMatchObject({
      status: 'replayed',
      attempt: 2,
    })
    expect(await dead()).toEqual([])
    expect(await sentAt(30)).toHaveLength(1)
    answer = 204
    expect(await sentAt(31)).toHaveLength(1)
    expect(await statuses()).toEqual(['given_up', 'replayed', 'failed', 'delivered'])
    expect(await refusal('POST', `/deliveries/${letter.id}/replay`)).toEqual([409, expect.stringContaining('is delivered')]) // prettier-ignore
  })

  test('is not sent once the alert has moved on', async () => {
    answer = 410
    await emit('first', 1)
    await sentAt(1)
    const [letter] = await dead()
    await emit('all_resolved', 3)
    await sentAt(3)
    expect(await refusal('POST', `/deliveries/${letter.id}/replay`)).toEqual([409, expect.stringContaining('has changed since')]) // prettier-ignore
    const unknown = `${'0'.repeat(32)}:team:1`
    expect((await refusal('POST', `/deliveries/${unknown}/replay`))[0]).toBe(404)
  })
})

describe('on the command line', () => {
  const run = (line: string) => command(line.split(' '), { DRIFTGAUGE_URL: service.url })

  test('a silence is made, listed and ended', async () => {
    const added = await run('silence add model=flights column~x* --for 4h --by Ann --comment known')
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const [, id] = /^Silence ([0-9a-f]{12}) until 2026-01-05T04:00:00.000Z\.\n$/.exec(added.stdout)!
    const { stdout } = await run('silence list')
    expect(stdout).toMatch(
      new RegExp(`^id +state +.*\\n${id} +active .*model=flights column~x\\* +Ann +known\\n$`),
    )
    expect((await run(`silence expire ${id} --by Bob`)).stdout).toBe(`Silence ${id} ended at ${iso(0)}.\n`)
    expect((await run('silence list')).stdout).toContain('No silences')
    const { stdout: json } = await run('silence list --all --json')
    expect(JSON.parse(json)).toMatchObject([{ id, state: 'expired', changed_by: 'Bob' }])
  })

  test.each([
    ['silence add column --for 4h', 'write a matcher as column=distance'],
    ['silence add name=x --for 4h', 'the fields are model'],
    ['silence add column=x --for ever', 'write a duration'],
    ['silence add column=x', "'--for <duration>' not specified"],
    ['silence expire 12', '12 hexadecimal digits'],
    ['deliveries replay', 'Give the ids of deliveries'],
    ['deliveries list --status lost', 'Allowed choices'],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await run(line)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('what was given up is listed, and sent again', async () => {
    answer = 410
    await emit('first', 1)
    await sentAt(1)
    expect((await run('deliveries list --status given_up')).stdout).toMatch(/team +given_up .*HTTP 410/)
    const { stdout, code } = await run('deliveries replay --all')
    expect([stdout, code]).toEqual(['1 queued to be sent again, 0 not.\n', 0])
    expect((await run('deliveries replay --all')).stdout).toBe('No abandoned deliveries.\n')
    answer = 204
    expect(await sentAt(2)).toHaveLength(1)
    const { deliveries } = await must('GET', '/deliveries')
    const refused = await run(`deliveries replay ${deliveries[0].id}`)
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('is delivered')])
  })
})
