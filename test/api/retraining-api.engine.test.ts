import { beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../api/contract/routes.ts'
import type { RouteContract } from '../../api/contract/route.ts'
import { Agent } from 'undici'
import { workOnRetraining } from '../../service/retraining.ts'
import { storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import { command } from '../support/command.ts'
import { Listener, status } from '../support/retraining.ts'
import type { Answer } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const KEY = 'a-key-of-sixteen-characters-or-more'
const SECRET = 'a secret of twenty-four bytes or more'
const day = (n: number, hours = 0) => new Date(START + n * DAY + hours * HOUR)
const iso = (n: number) => day(n).toISOString()

let service: TestService
const pipeline = new Listener()
beforeAll(async () => {
  await pipeline.start()
  service = await testService(undefined, {
    DRIFTGAUGE_API_KEYS: KEY,
    DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
    PUBLIC_URL: 'https://drift.example.com',
  })
  await declareAll('flights', 'daily')
  return () => pipeline.stop()
})

const call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer> => service.call(method, path, body, { authorization: `Bearer ${KEY}`, ...headers })
async function must(...request: Parameters<typeof call>) {
  const answer = await call(...request)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const problem = async (answer: Promise<Answer>) => {
  const { status: code, body } = await answer
  return [code, body.detail]
}

/** The first day is the baseline; from the second one on everything has moved. */
async function declareAll(model: string, monitor: string) {
  await must('POST', '/models', { name: model, task: 'binary', features: { x: 'numeric' } })
  await predict(model, 0, '1', 0)
  await predict(model, 1, '1', 8)
  await must('POST', `/models/${model}/baselines`, { name: 'first', window: { from: iso(0), to: iso(1) } })
  const train = { name: 'train', webhook: { url: `${pipeline.url}/train`, secret: SECRET } }
  const oncall = { name: 'oncall', webhook: { url: `${pipeline.url}/oncall`, secret: SECRET } }
  for (const one of [train, oncall]) await must('POST', '/channels', one)
  await must('POST', '/monitors', {
    name: monitor,
    model,
    checks: ['feature'],
    every: '24h',
    alert: { fire: '1 of 1', resolve: 1, channels: ['oncall'] },
    retrain: { target: 'train', approval: ['feature'] },
  })
}

async function predict(model: string, n: number, version: string, shift: number) {
  const lines = Array.from({ length: 480 }, (_, i) =>
    JSON.stringify({
      id: `p${n}-${version}-${i}`,
      ts: day(n).getTime() + Math.floor(i / 20) * HOUR,
      version,
      features: { x: (i % 20) + shift },
      prediction: 'yes',
    }),
  )
  await must('POST', `/models/${model}/predictions`, lines.join('\n'), {
    'content-type': 'application/x-ndjson',
  })
}

const told = () => pipeline.heard.filter(({ path }) => path === '/oncall').map(({ json }) => json)
const asked = () => pipeline.heard.filter(({ path }) => path === '/train').map(({ json }) => json.data)
const newest = async (query = '') => (await must('GET', `/retrains?limit=1${query}`)).retrains[0]

describe('from drift to a new version', () => {
  let token = ''
  let report: (body: unknown, by?: string) => Promise<Answer>

  test('a kind that needs approval waits, and of two who decide at once one does', async () => {
    await service.worker.run(day(2, 1))
    expect(told().map(({ type }) => type)).toEqual(['alert.firing'])
    const { id, status: standing, alert } = await newest()
    expect(standing).toBe('awaiting_approval')
    expect(asked()).toEqual([])
    const key = await must('POST', '/keys', { name: 'ann', scopes: ['read', 'write'] })
    const ann = { authorization: `Bearer ${key.key}` }
    const both = await Promise.all([
      call('POST', `/retrains/${id}/approve`, { comment: 'Go.' }, ann),
      call('POST', `/retrains/${id}/reject`, {}),
    ])
    expect(both.map(({ status: code }) => code)).toEqual([200, 409])
    expect(both[1].body.detail).toMatch(
      /it is about to be sent\. Last decision: approved, by key "ann" \([0-9a-f]{16}\)\./,
    )
    expect((await must('GET', `/retrains?alert=${alert}`)).retrains).toMatchObject([
      { id, status: 'requested', note: 'Go.' },
    ])
  })

  test('the pipeline is asked and reports with its token, which can do nothing else', async () => {
    await service.worker.run(day(2, 1))
    const [data] = asked()
    token = data.callback.token
    const path = `/retrains/${data.id}/status`
    expect(data.callback.url).toBe(`https://drift.example.com/api/v1${path}`)
    report = (body, by = token) => service.call('POST', path, body, { authorization: `Bearer ${by}` })

    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    for (const by of [wrong, KEY, '', 'dgr_']) {
      expect(await problem(report({ status: 'accepted' }, by))).toEqual([
        401,
        expect.stringContaining('"callback"'),
      ])
    }
    const unknown = service.call(
      'POST',
      `/retrains/${'0'.repeat(32)}/status`,
      { status: 'accepted' },
      { authorization: `Bearer ${token}` },
    )
    expect((await unknown).status).toBe(401)
    for (const [method, elsewhere] of [
      ['GET', '/retrains'],
      ['GET', `/retrains/${data.id}`],
      ['POST', `/retrains/${data.id}/cancel`],
    ])
      expect(
        (await service.call(method, elsewhere, undefined, { authorization: `Bearer ${token}` })).status,
      ).toBe(401)

    expect((await report({ status: 'accepted' })).body).toMatchObject({ status: 'accepted' })
    expect((await report({ status: 'running', message: 'epoch 1' })).body).toMatchObject({
      status: 'running',
      note: 'epoch 1',
    })
    expect((await report({ status: 'accepted' })).body).toMatchObject({ status: 'running' })
    expect(await problem(report({ status: 'succeeded' }))).toEqual([
      400,
      'version: a success requires the new version of the model',
    ])
    expect((await report({ status: 'done' })).status).toBe(400)
  })

  test('a baseline that cannot be made is refused before anything is recorded', async () => {
    const window = { from: iso(2), to: iso(3) }
    expect(await problem(report({ status: 'succeeded', version: '2', baseline: { window } }))).toEqual([
      422,
      `baseline.window: there are no predictions of version "2" from ${iso(2)} to ${iso(3)}. Nothing was recorded.`,
    ])
    expect((await report({ status: 'succeeded', version: '2', baseline: { data: 7 } })).status).toBe(422)
    expect((await newest()).status).toBe('running')
  })

  test('success activates a baseline of the new version alone', async () => {
    await predict('flights', 2, '2', 8)
    await predict('flights', 2, '1', 500)
    const body = { status: 'succeeded', version: '2', baseline: { window: { from: iso(2), to: iso(3) } } }
    expect((await report(body)).body).toMatchObject({ status: 'succeeded', version: '2', baseline: 2 })
    expect((await report(body)).body).toMatchObject({ baseline: 2 })
    const { baselines, active } = await must('GET', '/models/flights/baselines')
    expect(active).toBe(2)
    expect(baselines).toHaveLength(2)
    expect(baselines[1]).toMatchObject({ rows: 480, source: { window: { version: '2' } } })
    expect(await problem(report({ status: 'failed' }))).toEqual([
      409,
      expect.stringContaining('it has already succeeded'),
    ])
    expect((await report({ ...body, version: '3' })).status).toBe(409)
  })

  test('clean windows then resolve the alert, which says what it was', async () => {
    await predict('flights', 3, '2', 8)
    await service.worker.run(day(4, 1))
    const [alert] = (await must('GET', '/alerts?kind=feature')).alerts
    expect(alert.status).toBe('resolved')
    const { id } = await newest()
    expect(alert.summary).toContain(
      `, compared with baseline 2 (version 2 after retraining); retraining ${id.slice(0, 8)} produced version "2".`,
    )
    expect(told().map(({ type }) => type)).toEqual(['alert.firing', 'alert.resolved'])
    expect(told()[1].data.text).toBe(alert.summary)
  })

  test('everything that happened is there to be read, without token and secrets', async () => {
    const { id } = await newest()
    const detail = await must('GET', `/retrains/${id}`)
    expect(detail.events.map(({ type }: { type: string }) => type)).toEqual([
      'awaiting_approval', 'approved', 'sending', 'sent', 'accepted', 'running', 'succeeded', 'baseline',
    ]) // prettier-ignore
    expect(detail.training).toEqual({ from: iso(1), to: iso(2), basis: 'change_point', exclude: [] })
    expect(detail.call.url).toBe(`${pipeline.url}/train`)
    const { key } = await must('POST', '/keys', { name: 'reader', scopes: ['read'] })
    const read = await must('GET', `/retrains/${id}`, undefined, { authorization: `Bearer ${key}` })
    // The call as it would be sent now, which may be a second later.
    const { headers } = read.call
    expect(read).toEqual({ ...detail, call: { ...detail.call, headers, url: `${pipeline.url}/…` } })
    expect(Object.keys(headers)).toEqual(Object.keys(detail.call.headers))
    expect(detail.call.headers['webhook-signature']).toBe('v1,…')
    expect(JSON.parse(detail.call.body).data).toEqual({
      ...asked()[0],
      callback: { ...asked()[0].callback, token: '…' },
    })
    const audit = JSON.stringify(await must('GET', '/audit?limit=1000'))
    for (const secret of [token, SECRET, KEY]) expect(JSON.stringify(detail) + audit).not.toContain(secret)
  })
})

describe('by hand', () => {
  test('what would be sent is shown, and nothing is recorded or sent', async () => {
    const before = (await must('GET', '/retrains')).retrains.length
    const [alert] = (await must('GET', '/alerts?kind=feature')).alerts
    const heard = pipeline.heard.length
    const shown = await call('POST', '/retrains', { alert: alert.id, dry_run: true })
    expect(shown.status).toBe(200)
    expect(shown.body).toMatchObject({ target: 'train', method: 'POST', url: `${pipeline.url}/train` })
    const data = JSON.parse(shown.body.body).data
    expect(data).toMatchObject({
      model: 'flights',
      kind: 'feature',
      alert: { id: alert.id },
      callback: { token: '…' },
    })
    expect(Object.keys(data)).toEqual(Object.keys(asked()[0]))
    expect(shown.body.headers['webhook-id']).toBe(data.id)
    await service.worker.run(day(4, 1))
    expect((await must('GET', '/retrains')).retrains).toHaveLength(before)
    expect(pipeline.heard).toHaveLength(heard)
  })

  test('of two who ask at once one does; it can be cancelled, and the pipeline learns of it', async () => {
    const both = await Promise.all(
      [0, 1].map(() => call('POST', '/retrains', { monitor: 'daily', comment: 'New data.' })),
    )
    expect(both.map(({ status: code }) => code).toSorted()).toEqual([201, 409])
    const { id } = await newest()
    await service.worker.run(day(4, 1))
    const { token } = asked().at(-1).callback
    const report = (body: unknown, by = token, of = id) =>
      service.call('POST', `/retrains/${of}/status`, body, { authorization: `Bearer ${by}` })
    const earlier = asked()[0]
    expect(
      (await report({ status: 'running' }, earlier.callback.token)).status,
      'the token of another request',
    ).toBe(401)
    expect((await report({ status: 'running' }, token, earlier.id)).status).toBe(401)
    const long = await report({ status: 'running', message: 'x'.repeat(64_000) })
    expect([long.status, long.body.detail]).toEqual([413, expect.stringMatching(/64000 bytes/)])
    await must('POST', `/retrains/${id}/cancel`)
    expect(await problem(report({ status: 'running' }))).toEqual([
      409,
      '"running" was not recorded: it was cancelled. Do not report on it again.',
    ])
    expect((await call('POST', `/retrains/${id}/cancel`)).status).toBe(409)
  })

  test('what could not be delivered is replayed', async () => {
    pipeline.answer(status(410))
    const { id } = await must('POST', '/retrains', { monitor: 'daily' })
    await service.worker.run(day(4, 1))
    expect(await newest()).toMatchObject({ id, status: 'undeliverable', note: 'HTTP 410' })
    pipeline.answer(status(202))
    await must('POST', `/retrains/${id}/replay`, { comment: 'The address is mended.' })
    await service.worker.run(day(4, 1))
    expect(await newest()).toMatchObject({ id, status: 'sent' })
    await must('POST', `/retrains/${id}/cancel`)
  })

  test('a monitor without a target, an alert or monitor that is not there, and both at once are refused', async () => {
    await must('POST', '/monitors', { name: 'plain', model: 'flights' })
    expect((await call('POST', '/retrains', { monitor: 'plain' })).status).toBe(422)
    expect((await call('POST', '/retrains', { monitor: 'nowhere' })).status).toBe(404)
    expect((await call('POST', '/retrains', { alert: '0'.repeat(32) })).status).toBe(404)
    expect((await call('POST', '/retrains', {})).status).toBe(400)
    for (const verb of ['approve', 'reject', 'cancel', 'replay'])
      expect((await call('POST', `/retrains/${'0'.repeat(32)}/${verb}`)).status).toBe(404)
  })

  test('a target must be a channel that can ask, and stays while it is named', async () => {
    await must('POST', '/channels', { name: 'chat', slack: { webhook_url: 'https://hooks.example.com/x' } })
    const declare = (target: string) => call('PATCH', '/monitors/plain', { retrain: { target } })
    expect(await problem(declare('nobody'))).toEqual([422, 'retrain.target: there is no channel "nobody"'])
    expect(await problem(declare('chat'))).toEqual([
      422,
      expect.stringContaining('neither a webhook nor GitHub'),
    ])
    expect(await problem(call('DELETE', '/channels/train'))).toEqual([
      409,
      expect.stringContaining('"daily"'),
    ])
  })
})

describe('driftgauge retrain', () => {
  const run = (...line: string[]) =>
    command(['retrain', ...line], { DRIFTGAUGE_URL: service.url, DRIFTGAUGE_API_KEY: KEY })

  test('shows what would be sent, asks, lists, shows and cancels', async () => {
    const dry = await run('request', '--monitor', 'daily', '--dry-run')
    expect(dry).toMatchObject({ code: 0, stderr: '' })
    expect(dry.stdout).toMatch(/^POST http.*\/train\n/)
    expect(dry.stdout).toContain('"type": "model.retrain_requested"')
    const asked = await run('request', '--monitor', 'daily', '--comment', 'By the shell.', '--json')
    const { id } = JSON.parse(asked.stdout)
    const listed = await run('list', '--model', 'flights', '--status', 'requested')
    expect(listed.stdout.split('\n')).toHaveLength(3)
    expect(listed.stdout).toContain(id)
    const shown = await run('show', id)
    expect(shown.stdout).toMatch(/requested +key 1 of the environment: By the shell\./)
    expect((await run('cancel', id)).stdout).toBe(`${id}  cancelled: flights, manual, by train\n`)
    const again = await run('cancel', id)
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain('it is already cancelled')
    expect((await run('list', '--status', 'running')).stdout).toBe('No retraining requests.\n')
  })

  test('says what is missing or wrong', async () => {
    expect(await run('request')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('either --alert or --monitor'),
    })
    expect(await run('approve', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('32 hexadecimal digits'),
    })
    expect(await run('show', '0'.repeat(32))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no retraining'),
    })
  })
})

test('the first hours of a new version become the baseline by themselves, once they are over', async () => {
  // Retraining follows real time, in which the new version predicts.
  const hour = (n: number) => Math.floor(Date.now() / HOUR) * HOUR + n * HOUR
  const { warnings } = await must('PATCH', '/monitors/daily', {
    retrain: { activate_baseline: { first: '2h' } },
  })
  expect(warnings).toContainEqual({
    code: 'first_hours_too_short',
    message: expect.stringMatching(/2h, is shorter than the window of 24h.*Make it at least as long/),
  })
  const { id } = await must('POST', '/retrains', { monitor: 'daily' })
  await service.worker.run(day(4, 1))
  const { token } = asked().at(-1).callback
  await service.call(
    'POST',
    `/retrains/${id}/status`,
    { status: 'succeeded', version: '7' },
    { authorization: `Bearer ${token}` },
  )
  const { store, models } = service
  const model = (await models.find('flights'))!
  /** By the clock of then, as the intake takes nothing from the future. */
  const predictAt = (time: number, n: number) => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      id: `v7-${n}-${i}`,
      ts: new Date(time).toISOString(),
      version: '7',
      features: { x: i % 20 },
    }))
    const into = { store, writer: createWriter(store), model, source: 'test', now: new Date(time) }
    return storePredictions(
      into,
      rows.map((value) => ({ value })),
    )
  }
  const at = (time: number) =>
    workOnRetraining({
      store,
      models,
      clock: () => new Date(time),
      publicUrl: '',
      dispatcher: new Agent(),
      random: Math.random,
      log: { info() {}, warn() {} },
    })
  const pending = async () => (await newest()).pending_baseline
  expect(await pending()).toEqual({
    reason: 'waits for the first prediction of version "7"',
    expected_at: null,
  })
  await predictAt(hour(0), 0)
  await predictAt(hour(1), 1)
  await predictAt(hour(2), 2)
  expect(await pending()).toEqual({
    reason: expect.stringMatching(
      /^waits for the first 2 hours of version "7", of which \d have passed; expected /,
    ),
    expected_at: new Date(hour(2)).toISOString(),
  })
  expect((await must('GET', '/models/flights/baselines')).pending).toEqual([
    { retrain: id, version: '7', ...(await pending()) },
  ])
  const listed = await command(['retrain', 'list', '--model', 'flights'], {
    DRIFTGAUGE_URL: service.url,
    DRIFTGAUGE_API_KEY: KEY,
  })
  expect(listed.stdout).toContain('baseline: waits for the first 2 hours of version "7"')
  expect(await at(hour(2) - 1)).toBe(false)
  expect(await at(hour(2))).toBe(true)
  expect(await at(hour(3))).toBe(false)
  const { baseline } = await newest()
  const { baselines, active } = await must('GET', '/models/flights/baselines')
  expect(active).toBe(baseline)
  expect(baselines.at(-1)).toMatchObject({
    version: baseline,
    rows: 100,
    has_labels: false,
    source: { window: { version: '7' } },
  })

  // Labels come later, and the baseline is made again with them where the monitor needs them.
  await must('PATCH', '/monitors/daily', { checks: ['feature', 'label'], label_delay: '1h' })
  const labels = [0, 1].flatMap((n) =>
    Array.from({ length: 50 }, (_, i) => ({
      id: `v7-${n}-${i}`,
      label: i % 2 === 0 ? 'yes' : 'no',
      prediction_ts: new Date(hour(n)).toISOString(),
    })),
  )
  await must('POST', '/models/flights/labels', labels)
  expect((await pending())?.reason).toMatch(
    /^waits for its labels until .* UTC, and is then made again with them$/,
  )
  expect(await at(hour(3) - 1)).toBe(false)
  expect(await at(hour(3))).toBe(true)
  expect(await at(hour(4)), 'once').toBe(false)
  const again = await must('GET', '/models/flights/baselines')
  expect(again.active).toBe((await newest()).baseline)
  expect(again.baselines.at(-1)).toMatchObject({
    version: again.active,
    rows: 100,
    has_labels: true,
    source: baselines.at(-1).source,
  })
})

test('a version that a pipeline reports late, and that predicted only before, gets its baseline too', async () => {
  const { id } = await must('POST', '/retrains', { monitor: 'daily' })
  await service.worker.run(day(4, 1))
  const { token } = asked().at(-1).callback
  const report = { status: 'succeeded', version: '9' }
  await service.call('POST', `/retrains/${id}/status`, report, { authorization: `Bearer ${token}` })
  const { store, models } = service
  const model = (await models.find('flights'))!
  const hour = (n: number) => Math.floor(Date.now() / HOUR) * HOUR + n * HOUR
  const rows = [-49, -48, -47].flatMap((n) =>
    Array.from({ length: 20 }, (_, i) => ({
      value: { id: `v9-${n}-${i}`, ts: new Date(hour(n)).toISOString(), version: '9', features: { x: i } },
    })),
  )
  await storePredictions({ store, writer: createWriter(store), model, source: 'test', now: new Date() }, rows)
  const at = (time: number, among = models) =>
    workOnRetraining({
      store,
      models: among,
      clock: () => new Date(time),
      publicUrl: '',
      dispatcher: new Agent(),
      random: Math.random,
      log: { info() {}, warn() {} },
    })
  expect((await newest()).pending_baseline.reason).toMatch(/its earlier ones are used if none comes until/)
  expect(await at(Date.now())).toBe(false)
  // The model is gone just as the baseline is to be made: said once, however often that is tried.
  let reads = 0
  const vanishing = {
    ...models,
    find: async (name: string) => (reads++ % 2 === 0 ? models.find(name) : undefined),
  }
  expect(await at(Date.now() + 2 * HOUR, vanishing)).toBe(true)
  expect(await at(Date.now() + 2 * HOUR, vanishing)).toBe(false)
  const { events } = await must('GET', `/retrains/${id}`)
  expect(events.filter(({ type }: { type: string }) => type === 'baseline_failed')).toMatchObject([
    { error: 'There is no model "flights".' },
  ])
  expect(await at(Date.now() + 2 * HOUR)).toBe(true)
  const { baselines, active } = await must('GET', '/models/flights/baselines')
  expect((await newest()).baseline).toBe(active)
  expect(baselines.at(-1)).toMatchObject({
    rows: 40,
    source: { window: { from: new Date(hour(-49)).toISOString(), version: '9' } },
  })
})

test('where the monitor evaluates versions by themselves, the new version alone gets the baseline', async () => {
  const before = await must('GET', '/models/flights/baselines')
  await must('PATCH', '/monitors/daily', { by_version: true, retrain: { activate_baseline: null } })
  const { id } = await must('POST', '/retrains', { monitor: 'daily' })
  await service.worker.run(day(4, 1))
  const { token } = asked().at(-1).callback
  const report = { status: 'succeeded', version: '8', baseline: { data: 1 } }
  await service.call('POST', `/retrains/${id}/status`, report, { authorization: `Bearer ${token}` })
  expect(await newest()).toMatchObject({ status: 'succeeded', version: '8', baseline: 1 })
  const after = await must('GET', '/models/flights/baselines')
  expect(after).toMatchObject({ active: before.active, bound: [{ version: '8', baseline: 1 }] })
  const { events } = await must('GET', `/retrains/${id}`)
  expect(events.at(-1)).toMatchObject({ type: 'baseline', comment: 'baseline 1 (first), for version "8"' })
})

describe('the audit log', () => {
  test('every route that changes something is audited, or its steps are', () => {
    const own = [
      'requestRetrain',
      'approveRetrain',
      'rejectRetrain',
      'cancelRetrain',
      'replayRetrain',
      'reportRetrain',
      'promoteChallenger',
      'keepChampion',
      'receiveMlflowWebhook',
    ]
    // They evaluate and check, and change nothing that was declared or decided.
    const none = [
      'runMonitor',
      'backfillMonitor',
      'checkDeclarations',
      'suggestModel',
      'checkSource',
      'runSource',
    ]
    const unaudited = Object.entries<RouteContract>(ROUTES).filter(
      ([, { method, scope, audited }]) => method !== 'get' && scope === 'write' && audited === undefined,
    )
    expect(unaudited.map(([id]) => id).toSorted()).toEqual([...own, ...none].toSorted())
  })

  test('says who changed what, when, and from what to what', async () => {
    await must('PATCH', '/monitors/plain', { false_alarms: '2 per 90d' }, { 'x-marker': '1' })
    const answer = await call('PATCH', '/monitors/plain', { false_alarms: '1 per 90d' })
    const { entries } = await must('GET', '/audit?subject=monitor&name=plain')
    const [last, before, declared] = entries
    expect(last).toMatchObject({
      actor: 'key 1 of the environment',
      action: 'patchMonitor',
      request_id: answer.headers.get('x-request-id'),
      before: before.after,
      after: before.before,
    })
    expect(declared).toMatchObject({ action: 'declareMonitor', before: null, after: last.after })
    await must('DELETE', '/monitors/plain')
    expect((await must('GET', '/audit?subject=monitor&name=plain')).entries[0]).toMatchObject({ after: null })
  })

  test('tells that a secret was changed, and not what it is; a refusal is not a change', async () => {
    const channel = (secret: string) => ({ name: 'turned', webhook: { url: 'https://example.com', secret } })
    await must('POST', '/channels', channel(SECRET))
    await must('POST', '/channels', channel(`${SECRET} again`))
    expect((await call('DELETE', '/channels/nobody')).status).toBe(404)
    const { entries } = await must('GET', '/audit?subject=channel&name=turned')
    expect(entries).toHaveLength(2)
    expect(entries[0].before).not.toBe(entries[0].after)
    expect((await must('GET', '/audit?name=nobody')).entries).toEqual([])
  })

  test('names keys, baselines and steps of retraining, a page at a time', async () => {
    const seen: { id: string; action: string; subject: string; name: string }[] = []
    let cursor = ''
    do {
      const page = await must('GET', `/audit?limit=7${cursor}`)
      seen.push(...page.entries)
      cursor = page.next_cursor === undefined ? '' : `&cursor=${page.next_cursor}`
    } while (cursor !== '')
    const { entries } = await must('GET', '/audit?limit=1000')
    expect(seen.map(({ id }) => id)).toEqual(entries.map(({ id }: { id: string }) => id))
    const actions = new Set(seen.map(({ action }) => action))
    for (const action of [
      'createKey',
      'makeBaseline',
      'retrain.approved',
      'retrain.sent',
      'retrain.baseline',
    ])
      expect(actions).toContain(action)
    expect(seen.find(({ subject }) => subject === 'baseline')!.name).toBe('flights/1')
    expect((await service.call('GET', '/audit')).status).toBe(401)
  })
})
