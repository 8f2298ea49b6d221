import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createIntake } from '../../ingest/intake/intake.ts'
import { compileMapping } from '../../ingest/mapping/compile.ts'
import { takeMessages, type SourceMessage } from '../../ingest/intake/messages.ts'
import { deadLetterId, parseDeadLetterId } from '../../store/events/dead-letter-id.ts'
import { insertDeadLetters, MAX_PAYLOAD, removeDeadLetters } from '../../store/events/dead-letters.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { readDeadLetters } from '../../store/events/read-dead-letters.ts'
import { topics, topicSchema } from '../../store/topic.ts'
import { command } from '../support/command.ts'
import type { Answer } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const RECORDED = START + 5_000
const NDJSON = { 'content-type': 'application/x-ndjson' }

let service: TestService
beforeAll(async () => {
  service = await testService()
})
beforeEach(() => service.store.rollup.command({ query: 'TRUNCATE TABLE dead_letters' }))

const declare = (name: string, extra: object = {}) =>
  service.models.declare(
    modelSchema.parse({ name, task: 'binary', features: { a: 'numeric', c: 'categorical' }, ...extra }),
    new Date(),
  )
const declareTopic = (declaration: object) => {
  const topic = topicSchema.parse({ records: 'predictions', ...declaration })
  return topics.put(service.store.control, topic.name, topic, new Date())
}

/** Takes messages of a topic as its consumer would. */
async function take(
  declaration: object,
  values: (object | string)[],
  extra: Partial<SourceMessage> = {},
): Promise<void> {
  const { store, models } = service
  const topic = topicSchema.parse({ records: 'predictions', ...declaration })
  const messages = values.map((value, offset) => ({
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: {},
    recordedAt: RECORDED,
    partition: 2,
    offset,
    ...extra,
  }))
  await takeMessages(
    { store, intake: createIntake(store), findModel: (name) => models.find(name), now: new Date() },
    { name: topic.name, records: topic.records, mapping: compileMapping(topic) },
    messages,
  )
}

const event = (id: string, extra: object = {}) => ({ id, ts: START, features: { a: 1, c: 'x' }, prediction: 'late', ...extra }) // prettier-ignore
const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  service.call(method, `/dead-letters${path}`, body)
const replay = (id: string) => call('POST', `/${id}/replay`)
const letters = async (query = '') =>
  (await call('GET', `?limit=1000${query}`)).body.dead_letters as Record<string, unknown>[]
const stored = (model: string, columns = 'id') =>
  rows<Record<string, unknown>>(service.store.read, `SELECT ${columns} FROM predictions_${model} FINAL ORDER BY id`) // prettier-ignore

describe('the id', () => {
  const source = fc.oneof(
    fc.constantFrom('http:predictions', 'http:labels'),
    fc.stringMatching(/^[A-Za-z0-9._-]{1,249}$/),
  )
  test('tells where a letter came from, and needs no escaping', () =>
    fc.assert(
      fc.property(source, fc.nat(2 ** 31 - 1), fc.nat(2 ** 48), (source, partition, offset) => {
        const id = deadLetterId({ source, partition, offset })
        expect(parseDeadLetterId(id)).toEqual({ source, partition, offset })
        expect(encodeURI(id)).toBe(id)
        expect(id).not.toMatch(/[\s"'`$&;|<>()*?[\]{}!#~\\/]/)
      }),
    ))

  test.each([
    '',
    'predictions',
    'predictions:1',
    'predictions:01:2',
    'a b:1:2',
    'http://x:1:2',
    "':1:2",
    'p:-1:2',
  ])('%j is none', async (id) => {
    expect(parseDeadLetterId(id)).toBeUndefined()
    if (id !== '') expect((await call('GET', `/${encodeURIComponent(id)}`)).status).toBe(404)
  })
})

describe('a letter of a topic', () => {
  test('is taken as its topic is read now, with its time, headers and place', async () => {
    const labels = { name: 'truth', records: 'labels', fields: { model: 'm', id: 'k', label: 'y' } }
    await take(labels, [{ m: 'late_model', k: 'r1', y: 'late' }], { headers: { trace: 'abc' } })
    await take({ name: 'p' }, [event('', { id: undefined, model: 'late_model' })])
    expect(await letters()).toMatchObject([
      { id: 'p:2:0', reason: 'unknown_model', headers: {} },
      {
        id: 'truth:2:0',
        recorded_at: new Date(RECORDED).toISOString(),
        model: 'late_model',
        headers: { trace: 'abc' },
        cut: false,
      },
    ])
    const one = await call('GET', '/truth:2:0')
    expect([one.status, one.body.payload]).toEqual([200, '{"m":"late_model","k":"r1","y":"late"}'])

    await declare('late_model')
    await declareTopic({ ...labels, name: 'truth' })
    await declareTopic({ name: 'p' })
    const done = await replay('p:2:0')
    expect([done.status, done.body]).toEqual([200, { id: 'p:2:0', outcome: 'replayed', reason: null, detail: null }]) // prettier-ignore
    expect((await replay('truth:2:0')).body.outcome).toBe('replayed')
    // The id and the time of a label come from where the record stood.
    expect(await stored('late_model')).toEqual([{ id: 'p/2/0/1767571205000' }])
    expect(
      await rows(service.store.read, 'SELECT id, label, toUnixTimestamp64Milli(labelled_at) AS at FROM pending_labels FINAL'),
    ).toEqual([{ id: 'r1', label: 'late', at: RECORDED }]) // prettier-ignore
    expect(await letters()).toEqual([])
  })

  test('which its new declaration gives to a model or maps otherwise, is taken by it', async () => {
    await declare('mapped')
    await take({ name: 'odd' }, [{ key: 'r1', when: START, out: 'late' }])
    expect(await letters()).toMatchObject([{ id: 'odd:2:0', reason: 'no_model', model: '' }])
    await declareTopic({ name: 'odd', model: 'mapped' })
    expect(await replay('odd:2:0')).toMatchObject({
      status: 422,
      body: { outcome: 'rejected', reason: 'bad_ts' },
    })
    await declareTopic({ name: 'odd', model: 'mapped', fields: { id: 'key', ts: 'when', prediction: 'out' } })
    expect((await replay('odd:2:0')).status).toBe(200)
    expect(await stored('mapped')).toEqual([{ id: 'r1' }])
  })

  test('that is rejected again stays, with the new reason', async () => {
    await take({ name: 'again' }, [event('r1', { model: 'again', prediction: [] })])
    expect(await letters()).toMatchObject([{ reason: 'unknown_model', model: 'again' }])
    await declareTopic({ name: 'again' })
    await declare('again')
    const { status, body } = await replay('again:2:0')
    expect([status, body]).toEqual([422, { id: 'again:2:0', outcome: 'rejected', reason: 'bad_prediction', detail: expect.stringMatching(/^"prediction" must be/) }]) // prettier-ignore
    expect(await letters()).toMatchObject([
      { id: 'again:2:0', reason: 'bad_prediction', recorded_at: new Date(RECORDED).toISOString() },
    ])
  })

  test('of a topic that nobody reads any more is left alone, and says what to do', async () => {
    await take({ name: 'forgotten' }, [event('r1', { model: 'nobody' })])
    const { status, body } = await replay('forgotten:2:0')
    expect([status, body.detail]).toEqual([409, expect.stringMatching(/^The topic "forgotten" is not being read; declare it, .*then replay this dead letter\.$/)]) // prettier-ignore
    expect(await letters()).toMatchObject([{ id: 'forgotten:2:0', reason: 'unknown_model' }])
  })

  test('that holds half of an exchange waits for the other half, and is not lost', async () => {
    await declare('scored')
    const kserve = {
      name: 'kserve',
      kserve: { scorer: { model: 'scored', features: ['a', 'c'], output: 'score' } },
    }
    const half = (kind: string, body: object) =>
      take(kserve, [body], {
        headers: { ce_id: 'x1', ce_type: `org.kubeflow.serving.inference.${kind}`, ce_specversion: '1.0', ce_inferenceservicename: 'scorer', ce_time: new Date(START).toISOString() },
        offset: kind === 'request' ? 0 : 1,
      }) // prettier-ignore
    await half('response', { predictions: [[0.1, 0.9]] })
    expect(await letters()).toMatchObject([{ id: 'kserve:2:1', reason: 'bad_mapping' }])
    const service = { model: 'scored', features: ['a', 'c'], output: 'scores', classes: ['ok', 'late'] }
    await declareTopic({ ...kserve, kserve: { scorer: service } })
    expect(await replay('kserve:2:1')).toMatchObject({ status: 422, body: { reason: 'other_half_missing' } })
    expect(await letters()).toMatchObject([{ id: 'kserve:2:1', reason: 'bad_mapping' }])
    await half('request', { instances: [[1, 'x']] })
    expect((await replay('kserve:2:1')).status).toBe(200)
    expect(await stored('scored', 'id, prediction')).toEqual([{ id: 'x1', prediction: 'late' }])
  })
})

describe('a letter that came over HTTP', () => {
  test('is taken by its model as it is declared now', async () => {
    const features = { a: 'numeric', c: 'categorical' }
    await declare('weather', { task: 'regression', features })
    const send = (kind: string, body: unknown) => service.call('POST', `/models/weather/${kind}`, body)
    await send('predictions', [event('r1')])
    await send('labels', [{ id: 'r1', label: 'late', prediction_ts: START }])
    await send('predictions', [event('', { id: undefined })])
    const found = await letters('&model=weather')
    expect(found.map(({ source, reason }) => [source, reason]).sort()).toEqual([
      ['http:labels', 'bad_label'],
      ['http:predictions', 'bad_id'],
      ['http:predictions', 'bad_prediction'],
    ])
    await service.models.remove('weather')
    const id = found.find(({ reason }) => reason === 'bad_label')!.id as string
    expect(await replay(id)).toMatchObject({ status: 422, body: { reason: 'unknown_model' } })
    await declare('weather')

    const all = await call('POST', '/replay', { model: 'weather' })
    expect([all.status, all.body]).toEqual([
      200,
      {
        replayed: 2,
        rejected: 1,
        reasons: [{ reason: 'bad_id', letters: 1, id: expect.stringMatching(/^http:predictions:0:\d+$/), detail: expect.stringMatching(/"id" must be/) }],
        remaining: 0,
      },
    ]) // prettier-ignore
    expect(await stored('weather', 'id, prediction')).toEqual([{ id: 'r1', prediction: 'late' }])
    const [label] = await rows<{ label: string; at: number }>(
      service.store.read,
      'SELECT label, toUnixTimestamp64Milli(labelled_at) AS at FROM labels_weather FINAL',
    )
    expect(label.label).toBe('late')
    const rejected = found.find(({ reason }) => reason === 'bad_label')!
    expect(label.at, 'a label without a time was given when it first came').toBe(
      Date.parse(rejected.recorded_at as string),
    )
    expect(await letters('&model=weather')).toMatchObject([{ reason: 'bad_id' }])
  })

  test('that was not in UTF-8 cannot be taken as what is left of it', async () => {
    await declare('foreign')
    const line = Buffer.from(JSON.stringify(event('Mü')), 'latin1')
    await service.call('POST', '/models/foreign/predictions', line, NDJSON)
    const [{ id, reason, cut }] = await letters('&model=foreign')
    expect([reason, cut]).toEqual(['not_utf8', true])
    const { status, body } = await replay(id as string)
    expect([status, body.detail]).toEqual([409, expect.stringMatching(/^Only what is UTF-8 of the payload of .* was kept; send the record again/)]) // prettier-ignore
  })

  test('of which only the beginning is kept cannot be taken, and says so', async () => {
    await declare('long')
    const line = JSON.stringify(event('r1', { padding: 'x'.repeat(MAX_PAYLOAD) }))
    await service.call('POST', '/models/long/predictions', `${line}\n`, NDJSON)
    await service.call('POST', '/models/long/predictions', `[${line}`)
    const found = await letters('&model=long')
    expect(found.map(({ reason, cut }) => [reason, cut]).sort()).toEqual([
      ['not_json', true],
      ['too_large', true],
    ])
    for (const { id } of found) {
      const { status, body } = await replay(id as string)
      expect([status, body.detail]).toEqual([409, expect.stringMatching(/^Only the beginning of the payload of .* was kept; send the record again/)]) // prettier-ignore
    }
    const { body } = await call('POST', '/replay', { model: 'long' })
    expect(body).toMatchObject({ replayed: 0, rejected: 2, reasons: [{ reason: 'payload_cut', letters: 2 }] })
    expect(await letters('&model=long')).toEqual(found)
  })
})

test('a letter from before times and headers were kept is taken with the time of its rejection', async () => {
  await declare('old')
  await declareTopic({ name: 'old', records: 'labels', model: 'old' })
  await service.store.rollup.command({
    query: `INSERT INTO dead_letters (source, partition, offset, received_at, model, reason, detail, payload)
      VALUES ('old', 0, 7, ${START}, '', 'no_model', '', '{"id":"o1","label":"late","prediction_ts":${START}}')`,
  })
  expect(await letters()).toMatchObject([{ id: 'old:0:7', recorded_at: null, headers: {} }])
  expect((await replay('old:0:7')).status).toBe(200)
  expect(await rows(service.store.read, 'SELECT toUnixTimestamp64Milli(labelled_at) AS at FROM labels_old FINAL')).toEqual([{ at: START }]) // prettier-ignore
})

describe('a letter that was replayed', () => {
  const topic = { name: 'twice', model: 'twice' }
  beforeEach(async () => {
    await service.models.remove('twice')
    await take(topic, [event('r1')])
    await declare('twice')
    await declareTopic(topic)
    expect((await replay('twice:2:0')).status).toBe(200)
  })

  test('is gone; replaying it twice changes nothing', async () => {
    const again = await replay('twice:2:0')
    expect([again.status, again.body]).toEqual([200, { id: 'twice:2:0', outcome: 'replayed_before', reason: null, detail: expect.stringMatching(/^at \d{4}-/) }]) // prettier-ignore
    const shown = await call('GET', '/twice:2:0')
    expect([shown.status, shown.body.detail]).toEqual([404, expect.stringMatching(/: it was replayed at /)])
    expect((await replay('twice:2:1')).status).toBe(404)
    expect(await letters()).toEqual([])
    expect((await call('POST', '/replay', {})).body).toMatchObject({ replayed: 0, rejected: 0 })
    expect(await stored('twice')).toEqual([{ id: 'r1' }])
    const { status, body } = await service.call('GET', '/models/twice/volume')
    const counts = (body.points as { dead_letters: number }[]).map(({ dead_letters }) => dead_letters)
    expect([status, Math.max(0, ...counts)]).toEqual([200, 0])
  })

  test('and comes again as bad as before is a letter anew', async () => {
    await service.models.remove('twice')
    await take(topic, [event('r1')])
    expect(await letters()).toMatchObject([{ id: 'twice:2:0', reason: 'unknown_model' }])
  })

  test('stays gone where the clock of who rejected it went ahead', async () => {
    const ahead = new Date(Date.now() + 60_000)
    const letter = { source: 'twice', partition: 9, offset: 1, recordedAt: START, headers: {}, model: '', reason: 'bad_ts', detail: '', payload: '' } // prettier-ignore
    await insertDeadLetters(service.store, [letter], ahead)
    const found = await readDeadLetters(service.store, { limit: 10 })
    expect(found.deadLetters).toHaveLength(1)
    await removeDeadLetters(service.store, found.deadLetters, new Date())
    expect((await readDeadLetters(service.store, { limit: 10 })).deadLetters).toEqual([])
  })
})

test('while ClickHouse fails nothing is lost, and it can be done again', async () => {
  const topic = { name: 'failing', model: 'failing' }
  await take(topic, [event('r1')])
  await declare('failing')
  await declareTopic(topic)
  await service.store.rollup.command({ query: 'RENAME TABLE predictions_failing TO moved' })
  for (const answer of [await replay('failing:2:0'), await call('POST', '/replay')])
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await letters()).toHaveLength(1)
  await service.store.rollup.command({ query: 'RENAME TABLE moved TO predictions_failing' })
  expect((await call('POST', '/replay')).body).toMatchObject({ replayed: 1, rejected: 0 })
  expect(await letters()).toEqual([])
})

describe('many letters', () => {
  const MANY = 2_500
  const isBad = (i: number) => i % 10 === 3
  beforeEach(async () => {
    await service.models.remove('many')
    const values = Array.from({ length: MANY }, (_, i) => event(`r${i}`, isBad(i) ? { ts: 'never' } : {}))
    await take({ name: 'many', model: 'many' }, values)
    await take({ name: 'other', model: 'many' }, [event('other')])
    await declare('many')
    await declareTopic({ name: 'many', model: 'many' })
    await declareTopic({ name: 'other', model: 'many' })
  })

  test('are taken page by page, each tried once, also those that are rejected again', async () => {
    let [replayed, rejected, pages] = [0, 0, 0]
    let body: Answer['body'] = {}
    do {
      body = (await call('POST', '/replay', { source: 'many', limit: 700, cursor: body.next_cursor })).body
      replayed += body.replayed as number
      rejected += body.rejected as number
      pages++
      expect(body.remaining).toBe(MANY - replayed - rejected)
    } while (body.next_cursor !== undefined)
    expect([replayed, rejected, pages]).toEqual([MANY * 0.9, MANY * 0.1, 4])
    expect(await stored('many')).toHaveLength(MANY * 0.9)
    expect(await letters('&source=other')).toHaveLength(1)
    expect(await letters('&source=many&reason=bad_ts')).toHaveLength(MANY * 0.1)
    expect(await letters('&source=many&reason=unknown_model')).toEqual([])
  })

  test('are counted by the command, with the reasons of those that stay', async () => {
    const run = (...line: string[]) => command(['dead-letters', ...line], { DRIFTGAUGE_URL: service.url })
    const all = await run('replay', '--all', '--source', 'many')
    expect([all.code, all.stderr]).toEqual([3, ''])
    expect(all.stdout).toMatch(/^2250 replayed, 250 rejected again and kept as dead letters:\n {2}bad_ts \(250, such as many:2:3\): "ts" is not .*\n$/) // prettier-ignore

    const listed = await run('list', '--source', 'other')
    expect(listed.stdout).toMatch(
      /^received +id +model +reason +detail +payload\n\S+ \S+ +other:2:0 +many +unknown_model +/,
    )
    const shown = await run('show', 'other:2:0')
    expect(shown.stdout).toMatch(/^id +other:2:0\nrejected +\S+\nrecorded +2026-01-05T00:00:05\.000Z\nmodel +many\n.*\npayload\n\{"id":"other"/s) // prettier-ignore
    expect(JSON.parse((await run('show', 'other:2:0', '--json')).stdout)).toMatchObject({ id: 'other:2:0' })

    const some = await run('replay', 'other:2:0', 'many:2:3', 'none:0:0', '--json')
    expect([some.code, JSON.parse(some.stdout)]).toEqual([3, {
      replayed: 1, rejected: 2, reasons: [
        { reason: 'bad_ts', letters: 1, id: 'many:2:3', detail: expect.stringMatching(/^"ts" is not/) },
        { reason: 'not_found', letters: 1, id: 'none:0:0', detail: 'There is no dead letter "none:0:0".' },
      ],
    }]) // prettier-ignore
    expect(await run('replay', 'other:2:0')).toMatchObject({
      code: 0,
      stdout: '1 replayed, 0 rejected again.\n',
    })
    expect(await run('replay', '--all', '--model', 'none')).toMatchObject({ code: 0, stdout: 'No matching dead letters.\n' }) // prettier-ignore
    for (const [line, message] of [
      [['replay'], /--all/],
      [['replay', '--model', 'm'], /--all/],
      [['replay', 'a:1:2', '--all'], /not both/],
      [['replay', 'a:1'], /such as predictions:3:41/],
      [['show', 'a'], /such as predictions:3:41/],
      [['show', 'none:0:0'], /There is no dead letter/],
    ] as const)
      expect(await run(...line)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  })
})
