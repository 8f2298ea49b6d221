/** Values of Kafka records that others have wrapped, and what KServe logs, from the message to the row. */
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { takeMessages } from '../../../ingest/intake/messages.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { rows } from '../../../store/engine/query.ts'
import { topics, topicSchema } from '../../../store/topic.ts'
import { testService, type TestService } from '../../support/service.ts'

const RECORDED = Date.UTC(2026, 0, 5, 10)
const TS = '2026-01-05T10:00:00Z'

let service: TestService
let offset = 0
beforeAll(async () => {
  const features = { a: 'numeric', b: 'numeric', c: 'categorical' }
  service = await testService({
    models: [modelSchema.parse({ name: 'm', task: 'binary', features })],
    monitors: [],
  })
})

interface Sent {
  value: Buffer | null
  headers?: Record<string, string>
}

async function take(declaration: object, messages: readonly Sent[]) {
  const { store, models } = service
  const topic = topicSchema.parse({ records: 'predictions', ...declaration })
  await topics.put(store.control, topic.name, topic, new Date())
  return takeMessages(
    { store, intake: createIntake(store), findModel: (name) => models.find(name), now: new Date() },
    { name: topic.name, records: topic.records, mapping: compileMapping(topic) },
    messages.map((message) => ({
      headers: {},
      recordedAt: RECORDED,
      partition: 0,
      offset: offset++,
      ...message,
    })),
  )
}

const stored = (ids: string) =>
  rows<Record<string, unknown>>(
    service.store.read,
    `SELECT id, f_a, f_b, f_c, prediction, score FROM predictions_m FINAL WHERE id LIKE '${ids}' ORDER BY id`,
  )
const letters = async (source: string) =>
  (await service.call('GET', `/dead-letters?source=${source}`)).body.dead_letters as Record<string, string>[]

const event = (id: string, extra: object = {}) =>
  JSON.stringify({ id, ts: TS, features: { a: 1, b: 2, c: 'é漢' }, prediction: 1, ...extra })
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()
const confluent = (rest: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 1, 42]), rest])
const glue = (rest: Buffer, compression = 0) => Buffer.concat([Buffer.from([3, compression]), Buffer.alloc(16, 7), rest]) // prettier-ignore

describe('a value that others have wrapped', () => {
  test.each<[string, (text: string) => Buffer]>([
    ['plain', (text) => Buffer.from(text)],
    ['with the header of Confluent’s registry', (text) => confluent(Buffer.from(text))],
    ['with the header of Glue’s registry', (text) => glue(Buffer.from(` ${text}`))],
    ['packed by gzip', (text) => gzipSync(text)],
    ['with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['in UTF-16 with a mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['in UTF-16 without one', (text) => Buffer.from(text, 'utf16le')],
    ['in UTF-16, big end first', (text) => swapped(`\ufeff${text}`)],
    ['serialized twice', (text) => Buffer.from(JSON.stringify(text))],
  ])('%s is read, and its dead letter keeps the text', async (name, wrap) => {
    const id = `wrapped ${name}`
    const bad = event(`${id} late`, { ts: 'never' })
    expect(await take({ name: 'wrapped', model: 'm' }, [{ value: wrap(event(id)) }, { value: wrap(bad) }])).toMatchObject([{ reason: 'bad_ts' }]) // prettier-ignore
    expect(await stored(id)).toEqual([{ id, f_a: 1, f_b: 2, f_c: 'é漢', prediction: '1', score: null }])
    const letter = (await letters('wrapped')).find(({ payload }) => payload.includes(`${id} late`))!
    const { status, body } = await service.call('POST', `/dead-letters/${letter.id}/replay`)
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('bad_ts')])
  })

  test.each<[string, Buffer, RegExp]>([
    ['Avro after Confluent’s header', confluent(Buffer.from([2, 10, 104, 101])), /Confluent's wire format.*schema 298.*Avro and Protobuf are not supported/],
    ['Protobuf after Confluent’s header', confluent(Buffer.from([0, 10, 3, 97])), /Avro and Protobuf are not supported/],
    ['Avro after Glue’s header', glue(Buffer.from([2, 10])), /Glue Schema Registry/],
    ['compressed after Glue’s header', glue(gzipSync('{}'), 5), /Glue Schema Registry/],
    ['an Avro file', Buffer.from('Obj\x01\x04', 'latin1'), /an Avro file/],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /zstd/],
    ['damaged gzip', gzipSync('{"id":1}').subarray(0, 12), /gzip but damaged/],
    ['a bomb', gzipSync(Buffer.alloc(50_000_000, ' ')), /too large/],
    ['nothing that is known', Buffer.from('id=1'), /not JSON/],
  ])('%s is a dead letter that says what it is', async (_, value, detail) => {
    const [unprocessed] = await take({ name: 'framed', model: 'm' }, [{ value }])
    expect(unprocessed).toMatchObject({ reason: 'not_json', detail: expect.stringMatching(detail) })
  }) // prettier-ignore

  test('in another encoding is a dead letter: different ids would become one', async () => {
    const values = ['Mü', 'Mö'].map((id) => ({ value: Buffer.from(`{"id":"${id}"}`, 'latin1') }))
    expect((await take({ name: 'framed', model: 'm' }, values)).map(({ reason }) => reason)).toEqual(['not_utf8', 'not_utf8']) // prettier-ignore
  })

  test('over HTTP UTF-16 is read too, and a packed body says so', async () => {
    const post = (body: Buffer) => service.call('POST', '/models/m/predictions', body, {})
    const list = `[${event('u1')},${event('u2')}]`
    expect((await post(Buffer.from(`\ufeff${list}`, 'utf16le'))).body.accepted).toBe(2)
    expect((await post(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]))).body.rejections).toMatchObject([{ detail: expect.stringMatching(/zstd/) }]) // prettier-ignore
  })
})

describe('values that are not what was declared', () => {
  test('from a topic are counted, as there is no answer', async () => {
    const value = Buffer.from(`{"id":"k1","ts":"${TS}","features":{"a":"5","b":NaN,"x":1},"prediction":1}`)
    expect(await take({ name: 'counted', model: 'm' }, [{ value }])).toEqual([])
    expect(await stored('k1')).toMatchObject([{ f_a: null, f_b: null }])
    const { problems } = (await service.call('GET', '/models/m/quality?from=2026-01-05&to=2026-01-06')).body
    expect(problems).toContainEqual(expect.objectContaining({ field: 'features.a', reason: 'text_for_number', count: 1, example: '"5"' })) // prettier-ignore
    expect(problems).toContainEqual(expect.objectContaining({ field: 'features.x', reason: 'unknown_feature' })) // prettier-ignore
  })

  test('from a flat record NaN is missing and long numbers keep their digits', async () => {
    const topic = {
      name: 'flat',
      model: 'm',
      fields: { id: 'request_id', ts: 't', prediction: 'd', features: '*' },
    }
    const value = Buffer.from('{"request_id":23843412345678901,"t":"2026-01-05 10:00:00+00","d":1,"a":NaN,"c":23843412345678903}') // prettier-ignore
    await take(topic, [{ value }])
    expect(await stored('2384%')).toMatchObject([{ id: '23843412345678901', f_a: null, f_c: '23843412345678903' }]) // prettier-ignore
  })

  test('a time in the future is a dead letter', async () => {
    const value = Buffer.from(event('future', { ts: '2099-01-01T00:00:00Z' }))
    expect(await take({ name: 'ahead', model: 'm' }, [{ value }])).toMatchObject([{ reason: 'future_ts' }])
  })
})

describe('what KServe logs', () => {
  let exchanges = 0
  const half = (id: string, kind: 'request' | 'response', body: unknown): Sent => ({
    value: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    headers: {
      ce_type: `org.kubeflow.serving.inference.${kind}`,
      ce_id: id,
      ce_inferenceservicename: 'svc',
      ce_specversion: '1.0',
      ce_time: '2026-01-05T10:00:00.461696863Z',
    },
  })
  async function exchange(request: unknown, response: unknown, kserve: object = {}) {
    const id = `kserve${exchanges++}-`
    const declaration = { name: `kserve${exchanges}`, kserve: { svc: { model: 'm', features: ['a', 'b'], output: 'class', ...kserve } } } // prettier-ignore
    const unprocessed = await take(declaration, [half(id, 'request', request)])
    expect(unprocessed).toMatchObject([{ reason: 'other_half_missing' }])
    const rejected = await take(declaration, [half(id, 'response', response)])
    return { rejected, stored: await stored(`${id}%`) }
  }
  const tensor = (name: string, shape: number[], data: unknown, datatype = 'FP32') => ({ name, shape, datatype, data }) // prettier-ignore
  const one = { outputs: [tensor('p', [1], ['yes'], 'BYTES')] }
  const two = { predictions: ['yes', 'no'] }

  test.each<[string, unknown, unknown, object[]]>([
    ['a response of shape []', { instances: [[1, 2]] }, { outputs: [tensor('p', [], ['yes'], 'BYTES')] }, [{ f_a: 1, f_b: 2, prediction: 'yes' }]],
    ['a scalar without a list', { instances: [[1, 2]] }, { outputs: [tensor('p', [], 'yes', 'BYTES')] }, [{ prediction: 'yes' }]],
    ['inputs of shape []', { inputs: [tensor('a', [], [1]), tensor('b', [], [2])] }, one, [{ f_a: 1, f_b: 2 }]],
    ['NaN in a V1 request', '{"instances": [[1.0, NaN], [Infinity, 2]]}', two, [{ f_a: 1, f_b: null }, { f_a: null, f_b: 2 }]],
    ['NaN in a V2 request', '{"inputs":[{"name":"a","shape":[1],"datatype":"FP32","data":[NaN]},{"name":"b","shape":[1],"datatype":"FP32","data":[2]}]}', one, [{ f_a: null, f_b: 2 }]],
    ['inputs that no feature is called like', { inputs: [tensor('a', [1], [1]), tensor('b', [1], [2]), tensor('trace', [1], ['t'], 'BYTES')] }, one, [{ f_a: 1, f_b: 2 }]],
    ['an input in binary form beside them', { inputs: [tensor('a', [1], [1]), { name: 'image', shape: [1, 3, 9, 9], datatype: 'UINT8', parameters: { binary_data_size: 243 } }, tensor('b', [1], [2])] }, one, [{ f_a: 1, f_b: 2 }]],
    ['a wide input and another one', { inputs: [tensor('x', [1, 2], [1, 2]), tensor('trace', [1], ['t'], 'BYTES')] }, one, [{ f_a: 1, f_b: 2 }]],
  ])('%s', async (_, request, response, expected) => {
    const { rejected, stored } = await exchange(request, response)
    expect(rejected).toEqual([])
    expect(stored).toMatchObject(expected)
  }) // prettier-ignore

  test('long ids and hashes keep their digits while they wait for the other half', async () => {
    const { stored } = await exchange('{"instances":[{"a":1,"b":2,"c":9007199254740993}]}', one)
    expect(stored).toMatchObject([{ f_c: '9007199254740993' }])
  })

  test('one bad instance spoils no other', async () => {
    const { rejected, stored } = await exchange({ instances: [[1, 2], [3], [5, 6]] }, { predictions: ['x', 'y', 'z'] }) // prettier-ignore
    expect(stored).toMatchObject([
      { f_a: 1, prediction: 'x' },
      { f_a: 5, prediction: 'z' },
    ])
    expect(rejected).toMatchObject([{ reason: 'bad_mapping', detail: 'instance 1: an instance has 1 values, but 2 features are declared' }]) // prettier-ignore
    const scores = await exchange('{"instances":[[1,2],[3,4]]}', '{"predictions":[7,0]}', { output: 'class_index', classes: ['no', 'yes'] }) // prettier-ignore
    expect(scores.stored).toMatchObject([{ f_a: 3, prediction: 'no' }])
    expect(scores.rejected).toMatchObject([{ reason: 'bad_mapping' }])
  })
})
