import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { MAX_JSON_BYTES } from '../../../api/request/body.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { featureFindings } from '../../../store/events/quality.ts'
import { ask, type Answer } from '../../support/ask.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const NDJSON = { 'content-type': 'application/x-ndjson' }
const JSON_TYPE = { 'content-type': 'application/json' }
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric', c: 'categorical' } })

let service: TestService
beforeAll(async () => {
  service = await testService({ models: [model], monitors: [] })
})

/** Each test has a day of its own, so that it can count what it stored. */
let day = 0
function newDay() {
  const from = new Date(START + day++ * 24 * HOUR)
  const to = new Date(from.getTime() + 24 * HOUR)
  const event = (id: string | number, extra: object = {}) => ({
    id, ts: from.toISOString(), features: { a: 1, c: 'x' }, prediction: 1, score: 0.5, ...extra,
  }) // prettier-ignore
  return { from, to, event, stored: () => countPredictions(service.store, 'm', from, to) }
}

const post = (body: unknown, headers?: Record<string, string>, kind = 'predictions') =>
  service.call('POST', `/models/m/${kind}`, body, headers)
const lines = (values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n')
const deadLetters = async (limit = 1000) =>
  (await service.call('GET', `/dead-letters?model=m&limit=${limit}`)).body.dead_letters as Record<
    string,
    unknown
  >[]

function expectProblem(answer: Answer, status: number, detail: RegExp): void {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ type: 'about:blank', status, title: expect.any(String) })
  expect(answer.body.detail).toMatch(detail)
  expect(answer.body.request_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id)
}

describe('forms of a body', () => {
  test.each<[string, (events: object[]) => [string | Buffer, Record<string, string>]]>([
    ['an array', (events) => [JSON.stringify(events), JSON_TYPE]],
    ['lines', (events) => [lines(events), NDJSON]],
    [
      'lines, the type with parameters',
      (events) => [lines(events), { 'content-type': 'application/x-ndjson; charset=utf-8' }],
    ],
    ['lines that are called JSON', (events) => [lines(events), JSON_TYPE]],
    ['lines after a byte order mark', (events) => ['\ufeff' + lines(events), NDJSON]],
    ['lines with CR LF', (events) => [lines(events).replaceAll('\n', '\r\n') + '\r\n', NDJSON]],
    ['packed lines', (events) => [gzipSync(lines(events)), { ...NDJSON, 'content-encoding': 'gzip' }]],
    [
      'a packed array',
      (events) => [gzipSync(JSON.stringify(events)), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    ],
  ])('%s', async (_, encode) => {
    const { event, stored } = newDay()
    const [body, headers] = encode([event('1'), event('2'), event(3, { features: { c: 'é漢😀' } })])
    const answer = await post(body, headers)
    expect([answer.status, answer.body]).toEqual([
      200,
      { accepted: 3, rejected: 0, rejections: [], warnings: [] },
    ])
    expect(await stored(), 'readable once it is answered').toBe(3)
  })

  test('one object', async () => {
    const { event, stored } = newDay()
    expect((await post(event('1'))).body).toMatchObject({ accepted: 1 })
    expect(await stored()).toBe(1)
  })

  test('none at all is no record', async () => {
    expect((await post('', NDJSON)).body).toEqual({ accepted: 0, rejected: 0, rejections: [], warnings: [] })
    expect((await post('[]', JSON_TYPE)).body).toEqual({
      accepted: 0,
      rejected: 0,
      rejections: [],
      warnings: [],
    })
    expect((await post('', JSON_TYPE)).status).toBe(422)
  })
})

describe('bodies that cannot be read', () => {
  test.each<[string, string]>([
    ['malformed', '{"id":'],
    ['cut off', '[{"id":"1"}'],
    ['nested without an end', '['.repeat(200_000)],
  ])('%s JSON is rejected, and kept', async (_, body) => {
    const answer = await post(body, JSON_TYPE)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      accepted: 0,
      rejected: 1,
      rejections: [{ index: 0, reason: 'not_json' }],
    })
    expect((await deadLetters()).filter(({ payload }) => payload === body)).toMatchObject([
      {
        source: 'http:predictions',
        model: 'm',
        reason: 'not_json',
        detail: expect.stringContaining('not JSON'),
      },
    ])
  })

  test('an unknown model is a problem, and no dead letter', async () => {
    const before = (await deadLetters()).length
    for (const name of ['nobody', '__proto__', 'constructor', 'm%20', 'M'])
      expectProblem(await service.call('POST', `/models/${name}/predictions`, [{}]), 404, /no model/)
    expect(await deadLetters()).toHaveLength(before)
  })

  test('a path that is none', async () => {
    expectProblem(await service.call('GET', '/models/%ff'), 400, /path is invalid/)
    expectProblem(await service.call('GET', '/nothing'), 404, /no route GET/)
    expectProblem(
      await service.call('DELETE', '/models/m/predictions'),
      405,
      /no route DELETE .* the path has POST/,
    )
  })

  test('damaged or cut gzip, or another packing: told so, on a connection that lives on', async () => {
    const { event } = newDay()
    const random = Array.from({ length: 3000 }, (_, i) =>
      event(`z${i}`, { score: ((i * 7919) % 9973) / 9973 }),
    )
    const packed = gzipSync(lines(random))
    const damaged = Buffer.from(packed)
    damaged[damaged.length >> 1] ^= 0xff
    const gzip = { ...NDJSON, 'content-encoding': 'gzip' }
    expectProblem(await post(Buffer.from('hello'), gzip), 400, /not valid gzip/)
    expectProblem(await post(packed.subarray(0, packed.length - 100), gzip), 400, /not valid gzip/)
    expectProblem(await post(damaged, gzip), 400, /not valid gzip/)
    expectProblem(await post(Buffer.alloc(5_000_000, 'x'), gzip), 400, /not valid gzip/)
    expectProblem(await post(packed, { ...NDJSON, 'content-encoding': 'br' }), 415, /gzip/)
    expect((await post(packed, gzip)).body).toMatchObject({ accepted: 3000 })
  })

  test('a JSON body beyond the limit is refused with the way out, packed or not; lines have no limit', async () => {
    const { event, stored } = newDay()
    const large = `[${' '.repeat(MAX_JSON_BYTES)}]`
    for (let i = 0; i < 3; i++) expectProblem(await post(large, JSON_TYPE), 413, /x-ndjson/)
    const bomb = gzipSync(Buffer.alloc(200_000_000, ' '))
    expectProblem(await post(bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' }), 413, /x-ndjson/)
    expect((await post([event('1')])).status, 'the next request is not stuck behind the rest').toBe(200)
    const many = Array.from({ length: 1000 }, (_, i) =>
      event(`l${i}`, { features: { c: 'x'.repeat(900), other: 'y'.repeat(17_000) } }),
    )
    expect((await post(lines(many), NDJSON)).body).toMatchObject({ accepted: 1000 })
    expect(await stored()).toBe(1001)
  })

  test('a line of 100 MB is one rejected record between two good ones, and is not built up in memory', async () => {
    const { event, stored } = newDay()
    const chunk = Buffer.alloc(1_000_000, 'x')
    async function* body() {
      yield Buffer.from(`${JSON.stringify(event('before'))}\n{"id":"long","junk":"`)
      for (let i = 0; i < 100; i++) yield chunk
      yield Buffer.from(`"}\n${JSON.stringify(event('after'))}\n`)
    }
    const before = process.memoryUsage().rss
    const started = performance.now()
    const init = {
      method: 'POST',
      headers: NDJSON,
      body: body(),
      duplex: 'half',
    } as RequestInit
    const answer = await ask(`${service.url}/api/v1/models/m/predictions`, init)
    expect(answer.body).toMatchObject({
      accepted: 2,
      rejected: 1,
      rejections: [{ index: 1, reason: 'too_large' }],
    })
    expect(performance.now() - started).toBeLessThan(5000)
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(150)
    expect(await stored()).toBe(2)
    const [letter] = (await deadLetters()).filter(({ reason }) => reason === 'too_large')
    expect(letter.payload).toMatch(/^{"id":"long","junk":"x{1000,}$/)
  })

  test('records nested too deeply are rejected one by one', async () => {
    const { event, stored } = newDay()
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const bad = [
      deep,
      `{"id":${deep}}`,
      `{"id":"x","ts":${deep}}`,
      `{"id":"x","ts":1767614400,"prediction":${deep}}`,
    ]
    const fine = JSON.stringify(event('deep')).replace('"a":1', `"a":${deep}`)
    const reasons = (answer: Answer) => answer.body.rejections.map(({ reason }: { reason: string }) => reason)
    const expected = ['not_an_object', 'bad_id', 'bad_ts', 'bad_prediction']
    expect(reasons(await post(`[${[...bad, fine].join(',')}]`, JSON_TYPE))).toEqual(expected)
    expect(reasons(await post([...bad, fine].join('\n'), NDJSON))).toEqual(expected)
    expect(reasons(await post(`{"id":"x","label":${deep}}`, JSON_TYPE, 'labels'))).toEqual(['bad_label'])
    expect(await stored()).toBe(1)
  })

  test('of half a million records that are none the first batch is answered, and is one dead letter', async () => {
    const body = `[${'0,'.repeat(499_999)}0]`
    const answer = await post(body, JSON_TYPE)
    expect(answer.body).toMatchObject({ accepted: 0, rejected: 20_000, stopped: { records: 20_000 } })
    expect(answer.body.rejections).toHaveLength(100)
    expect((await deadLetters()).filter(({ payload }) => payload === '0')).toHaveLength(1)
  })
})

describe('records that cannot be taken', () => {
  test('become dead letters with reason and payload; the others are stored', async () => {
    const { event, stored } = newDay()
    const poison = [
      event('p1', { ts: 'never' }),
      { ...event('p2'), id: undefined },
      event('p3', { prediction: { c: 1 } }),
      event('p4', { model: 'n' }),
    ]
    const answer = await post(lines([event('1'), poison[0], 'text', ...poison.slice(1), event('2')]), NDJSON)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ accepted: 2, rejected: 5 })
    expect(
      answer.body.rejections.map(({ index, reason }: { index: number; reason: string }) => [index, reason]),
    ).toEqual([
      [1, 'bad_ts'],
      [2, 'not_an_object'],
      [3, 'bad_id'],
      [4, 'bad_prediction'],
      [5, 'model_mismatch'],
    ])
    const letters = await deadLetters()
    for (const record of poison)
      expect(letters.filter(({ payload }) => payload === JSON.stringify(record))).toMatchObject([
        { detail: expect.stringMatching(/"/) },
      ])
    expect(await stored()).toBe(2)
  })

  test('are one dead letter however often they are sent, and another one for another route', async () => {
    const body = JSON.stringify({ id: 'again', ts: 'poison' })
    const mine = async () =>
      (await deadLetters()).filter(({ payload }) => payload === body).map(({ source }) => source)
    for (const type of [NDJSON, JSON_TYPE, NDJSON]) expect((await post(body, type)).status).toBe(422)
    expect((await post(`${body}\n${body}`, NDJSON)).body).toMatchObject({ rejected: 2 })
    expect(await mine()).toEqual(['http:predictions'])
    expect((await post(body, NDJSON, 'labels')).status).toBe(422)
    expect((await mine()).sort()).toEqual(['http:labels', 'http:predictions'])
  })

  test('bad values of features are stored as missing, and counted a row', async () => {
    const { from, to, event, stored } = newDay()
    const features = [
      { a: 'nan', c: 1 },
      { a: 'abc', c: [] },
      { a: null, c: null, new: 1 },
      { a: 1, c: 'x', new: null, other: {} },
    ]
    const events = features.map((given, i) => event(`q${i}`, { features: given }))
    expect(
      (await post([...events, event('q9', { score: 2, scores: { x: 'a', y: 'b' } })])).body,
    ).toMatchObject({ accepted: 5, rejected: 0 })
    await post(events)
    expect(await stored()).toBe(5)
    expect(await featureFindings(service.store, 'm', from, to)).toEqual([
      { finding: 'invalid_value', feature: 'a', rows: 2 },
      { finding: 'unknown_feature', feature: 'new', rows: 2 },
      { finding: 'invalid_value', feature: 'c', rows: 1 },
      { finding: 'invalid_value', feature: 'score', rows: 1 },
      { finding: 'invalid_value', feature: 'scores', rows: 1 },
      { finding: 'unknown_feature', feature: 'other', rows: 1 },
    ])
  })
})
