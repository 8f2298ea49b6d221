import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { countPendingLabels } from '../../../store/events/labels.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { rows } from '../../../store/engine/query.ts'
import { silverTables } from '../../../store/events/silver.ts'
import { ask } from '../../support/ask.ts'
import { testService, type TestService } from '../../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const NDJSON = { 'content-type': 'application/x-ndjson' }
const KEY = 'a key of sixteen characters or more'
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric', c: 'categorical' } })

const nextGeneration = generationClock()
let service: TestService
beforeAll(async () => {
  service = await testService(
    { models: [model], monitors: [] },
    { DRIFTGAUGE_API_KEYS: `another-key-of-some-length,${KEY}` },
  )
})

const bearer = { authorization: `Bearer ${KEY}` }
const post = (body: unknown, headers: Record<string, string> = {}, path = '/models/m/predictions') =>
  service.call('POST', path, body, { ...bearer, ...headers })
const lines = (values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n')
const event = (id: string, extra: object = {}) => ({
  id,
  ts: START,
  features: { a: 1, c: 'x' },
  prediction: 1,
  ...extra,
})
const stored = (from = new Date(START), to = new Date(START + 3_600_000)) =>
  countPredictions(service.store, 'm', from, to)

describe('keys', () => {
  test('every route but health asks for one', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await ask(service.url + path)).status).toBe(200)
    for (const [method, path] of [
      ['GET', '/models'],
      ['POST', '/models/m/predictions'],
      ['POST', '/models'],
      ['GET', '/dead-letters'],
      ['GET', '/none'],
    ]) {
      const answer = await service.call(method, path, method === 'POST' ? [event('no key')] : undefined)
      expect(answer.status, path).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(answer.headers.get('content-type')).toMatch(/problem\+json/)
      expect(answer.body).toMatchObject({ status: 401, request_id: answer.headers.get('x-request-id') })
      expect(JSON.stringify(answer.body)).not.toContain(KEY)
    }
    expect(await stored()).toBe(0)
  })

  test.each<[string, Record<string, string>, number]>([
    ['as a bearer', bearer, 200],
    ['as a bearer in lower case', { authorization: `bearer ${KEY}` }, 200],
    ['as X-API-Key', { 'x-api-key': KEY }, 200],
    ['the other one', { 'x-api-key': 'another-key-of-some-length' }, 200],
    ['wrong', { authorization: `Bearer ${KEY}x` }, 401],
    ['cut', { 'x-api-key': KEY.slice(0, -1) }, 401],
    ['empty', { 'x-api-key': '' }, 401],
    ['both at once', { 'x-api-key': `another-key-of-some-length,${KEY}` }, 401],
    ['as a user and password', { authorization: `Basic ${Buffer.from(`x:${KEY}`).toString('base64')}` }, 401],
    ['without its scheme', { authorization: KEY }, 401],
  ])('a key %s', async (_, headers, status) =>
    expect((await service.call('GET', '/models', undefined, headers)).status).toBe(status),
  )
})

describe('labels', () => {
  const give = (body: unknown[]) => post(lines(body), NDJSON, '/models/m/labels')
  const labels = () =>
    rows<{ id: string; label: string | null }>(
      service.store.read,
      `SELECT id, label FROM ${silverTables('m').labels} FINAL ORDER BY id`,
    )
  const settle = () => rollup({ store: service.store, model, now: new Date(), nextGeneration })

  test('are stored or wait, and say which could not be read', async () => {
    await post([event('l1'), event('l2')])
    const answer = await give([
      { id: 'l1', label: 1, prediction_ts: START },
      { id: 'l2', label: true },
      { id: 'l3' },
    ])
    expect(answer.body).toMatchObject({
      accepted: 2,
      rejected: 1,
      rejections: [{ index: 2, reason: 'bad_label' }],
    })
    expect(await countPendingLabels(service.store, 'm')).toBe(1)
    await settle()
    expect(await countPendingLabels(service.store, 'm')).toBe(0)
    expect(await labels()).toEqual([
      { id: 'l1', label: '1' },
      { id: 'l2', label: '1' },
    ])
  })

  test('the one that was true last wins, in whatever order they come, waiting or not', async () => {
    const at = (day: number) => new Date(START + day * 86_400_000).toISOString()
    await give([
      { id: 'w', label: 'old', labelled_at: at(1) },
      { id: 'w', label: 'new', labelled_at: at(3) },
      { id: 'w', label: 'middle', labelled_at: at(2) },
    ])
    await give([{ id: 'w', label: 'older', labelled_at: at(0) }])
    await post([event('w')])
    await settle()
    expect((await labels()).find(({ id }) => id === 'w')).toEqual({ id: 'w', label: 'new' })
    await give([{ id: 'w', label: 'late', labelled_at: at(2) }])
    await settle()
    expect((await labels()).find(({ id }) => id === 'w')).toEqual({ id: 'w', label: 'new' })
    await give([{ id: 'w', label: null, labelled_at: at(4) }])
    await settle()
    expect((await labels()).find(({ id }) => id === 'w')).toEqual({ id: 'w', label: null })
    expect(await countPendingLabels(service.store, 'm')).toBe(0)
  })

  test('of two models never mix, whatever the models are called', async () => {
    const models = ['x', 'view_x', 'index_x', 'label_index_x', 'index_view_x']
    const tables = models.flatMap((name) => Object.values(silverTables(name)))
    expect(new Set(tables).size).toBe(tables.length)
    for (const name of ['x', 'view_x', 'index_x']) {
      await post({ name, task: 'binary', features: { a: 'numeric' } }, {}, '/models')
      await post([{ id: 'shared', ts: START }], {}, `/models/${name}/predictions`)
      await post([{ id: 'shared', label: name }], {}, `/models/${name}/labels`)
    }
    for (const other of await service.models.list())
      await rollup({
        store: service.store,
        model: other,
        now: new Date(),
        nextGeneration,
      })
    for (const name of ['x', 'view_x', 'index_x']) {
      const { labels: table, labelIndex } = silverTables(name)
      expect(await rows(service.store.read, `SELECT id, label FROM ${table} FINAL`)).toEqual([
        { id: 'shared', label: name },
      ])
      expect(await rows(service.store.read, `SELECT count() AS n FROM ${labelIndex}`)).toEqual([{ n: 1 }])
    }
  })
})

test('a hundred requests at once are all stored, once each', async () => {
  const ts = START + 86_400_000
  const batch = (i: number) => Array.from({ length: 50 }, (_, k) => event(`${i % 50} ${k}`, { ts }))
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => post(i % 3 ? batch(i) : lines(batch(i)), i % 3 ? {} : NDJSON)),
  )
  expect(answers.filter(({ status, body }) => status !== 200 || body.accepted !== 50)).toEqual([])
  expect(await stored(new Date(ts), new Date(ts + 3_600_000))).toBe(2500)
  expect((await ask(`${service.url}/readyz`)).body).toEqual({ status: 'ready', reasons: [], warnings: [] })
})

test.each([{}, { 'content-encoding': 'gzip' }])(
  'a client that goes away while it sends does no harm %j',
  async (encoding) => {
    const ts = START + 2 * 86_400_000
    const abort = new AbortController()
    const random = Array.from({ length: 20_000 }, (_, i) =>
      event(`gone${i}`, { ts, score: ((i * 7919) % 9973) / 9973 }),
    )
    const bytes = 'content-encoding' in encoding ? gzipSync(lines(random)) : Buffer.from(lines(random))
    async function* body() {
      yield bytes.subarray(0, bytes.length / 2)
      await new Promise((resolve) => setTimeout(resolve, 200))
      abort.abort()
      yield bytes.subarray(bytes.length / 2)
    }
    const init = {
      method: 'POST',
      headers: { ...bearer, ...NDJSON, ...encoding },
      body: body(),
      duplex: 'half',
      signal: abort.signal,
    }
    await expect(
      ask(`${service.url}/api/v1/models/m/predictions`, init as unknown as RequestInit),
    ).rejects.toThrow()
    expect((await post([event('after', { ts })])).status).toBe(200)
    expect(await stored(new Date(ts), new Date(ts + 3_600_000))).toBeLessThan(20_000)
  },
)
