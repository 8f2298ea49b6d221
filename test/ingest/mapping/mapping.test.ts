import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labelDecoder } from '../../../ingest/decode/decode-label.ts'
import { predictionDecoder } from '../../../ingest/decode/decode-prediction.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { MAX_LINE_BYTES } from '../../../ingest/intake/lines.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { topicSchema } from '../../../store/topic.ts'

const AT = Date.UTC(2026, 0, 5)
const NOW = Date.UTC(2105, 0)
const mapping = (topic: object) => compileMapping(topicSchema.parse({ name: 't', records: 'predictions', ...topic })) // prettier-ignore
const sent = (value: unknown) => ({
  value: typeof value === 'string' ? Buffer.from(value) : Buffer.from(JSON.stringify(value)),
  headers: {},
  recordedAt: AT,
})
/** The one record, or the reason why there is none. */
function mapped(topic: object, value: unknown): unknown {
  const outcome = mapping(topic)(sent(value))
  if (outcome.status === 'rejected') return outcome.reason
  if (outcome.status !== 'records') return outcome.status
  expect(outcome.records).toHaveLength(1)
  return outcome.records[0]
}

const PREDICTION = { model: 'credit', id: 'a', ts: '2026-01-05T10:00:00Z', version: '3', features: { x: 1 }, prediction: 'yes', score: 0.7 } // prettier-ignore

describe('a record in our own shape', () => {
  test('passes as it was parsed, with the model that it names or the topic does', () => {
    expect(mapped({}, PREDICTION)).toEqual({ model: 'credit', event: PREDICTION })
    expect(mapped({ model: 'm' }, PREDICTION)).toEqual({ model: 'm', event: PREDICTION })
    expect(mapped({}, { id: 'a' })).toEqual({ model: undefined, event: { id: 'a' } })
    expect(mapped({}, { model: 5 })).toEqual({ model: undefined, event: { model: 5 } })
    // What only looks like an outcome of ours.
    expect(mapped({}, { status: 'rejected', reason: 'x' })).toMatchObject({ event: { status: 'rejected' } })
  })

  test.each<[string, unknown, unknown]>([
    ['no JSON', '{"a":', 'not_json'],
    ['nothing', '', 'not_json'],
    ['a list', '[{}]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['a text', '"x"', 'not_an_object'],
    ['over a megabyte', `{"a":"${'x'.repeat(MAX_LINE_BYTES)}"}`, 'too_large'],
    ['a byte order mark before it', '\ufeff{"id":1}', { model: undefined, event: { id: 1 } }],
  ])('%s is %j', (_, value, expected) => {
    expect(mapped({}, value)).toEqual(expected)
    if (typeof expected === 'string') expect(mapped({ model: 'm', fields: { ts: 'a', score: 'b' } }, value)).toBe(expected) // prettier-ignore
  })

  test('a tombstone says nothing', () => {
    for (const topic of [{}, { model: 'm', fields: { ts: 'a', score: 'b' } }])
      expect(mapping(topic)({ ...sent(''), value: null })).toEqual({ status: 'ignored' })
  })
})

describe('declared fields', () => {
  const fields = {
    id: 'request_id',
    ts: 'meta.event_time',
    version: 'model_version',
    prediction: 'output.class',
    score: '/output/score',
    features: 'inputs',
  }
  const record = {
    request_id: 'r1',
    meta: { event_time: 1767607200 },
    model_version: 3,
    inputs: { hour: 17, origin: 'ORD' },
    output: { class: 'late', score: 0.61 },
  }
  const event = {
    id: 'r1',
    ts: 1767607200,
    version: 3,
    prediction: 'late',
    score: 0.61,
    features: { hour: 17, origin: 'ORD' },
  }

  test('are found wherever they are', () => {
    expect(mapped({ model: 'm', fields }, record)).toEqual({ model: 'm', event })
    expect(mapped({ fields: { ...fields, model: 'meta.model' } }, { ...record, meta: { ...record.meta, model: 'n' } })).toEqual({ model: 'n', event }) // prettier-ignore
    expect(mapped({ fields: { ...fields, model: 'meta.model' } }, record)).toEqual({
      model: undefined,
      event,
    })
  })

  test('give each feature by its path', () => {
    const each = { hour: 'inputs.hour', 'from.to': 'inputs.origin', constructor: 'output.none' }
    expect(mapped({ model: 'm', fields: { ...fields, features: each } }, record)).toMatchObject({
      event: { features: { hour: 17, 'from.to': 'ORD', constructor: undefined } },
    })
  })

  test('leave all other keys of a flat record to the features', () => {
    const flat = { id: 1, 'ts.ms': 1767607200000, hour: 17, score: 0.2, nothing: null, meta: { a: 1 }, toString: 'x' } // prettier-ignore
    const topic = { model: 'm', fields: { id: 'id', ts: '/ts.ms', score: 'score', version: 'meta.version', features: '*' } } // prettier-ignore
    expect(mapped(topic, flat)).toEqual({
      model: 'm',
      event: { id: 1, ts: 1767607200000, score: 0.2, features: { hour: 17, nothing: null, toString: 'x' } },
    })
    const reserved = mapped(topic, '{"id":1,"ts.ms":1767607200000,"__proto__":{"x":1}}') as { event: { features: object } } // prettier-ignore
    expect('x' in reserved.event.features).toBe(false)
  })

  test('that are needed and not there are told with their path', () => {
    const { meta: _, ...without } = record
    expect(mapping({ model: 'm', fields })(sent(without))).toEqual({
      status: 'rejected',
      reason: 'bad_ts',
      detail: 'there is no value at "meta.event_time", the declared path of "ts"',
    })
    expect(mapped({ model: 'm', fields }, { ...record, request_id: undefined })).toBe('bad_id')
    // Without a place for it the id is for whoever reads the topic to give.
    const { id: _id, ...others } = fields
    expect(mapped({ model: 'm', fields: others }, record)).toEqual({
      model: 'm',
      event: { ...event, id: undefined },
    })
  })

  test('of labels are found too', () => {
    const topic = { records: 'labels', model: 'm', fields: { id: 'key', label: 'truth.value', labelled_at: 'truth.at' } } // prettier-ignore
    expect(mapped(topic, { key: 7, truth: { value: false, at: '2026-01-06' } })).toEqual({
      model: 'm',
      event: { id: 7, label: false, labelled_at: '2026-01-06', prediction_ts: undefined },
    })
    expect(mapped(topic, { key: 7, truth: { value: null } })).toMatchObject({ event: { label: null } })
    expect(mapped(topic, { key: 7 })).toBe('bad_label')
  })
})

describe('however fields are nested', () => {
  const model = modelSchema.parse({
    name: 'm',
    task: 'binary',
    features: { a: 'numeric', b: 'categorical', id: 'numeric' },
  })
  const prediction = fc.record({
    id: fc.oneof(fc.string({ minLength: 1, maxLength: 5 }), fc.nat()),
    ts: fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2100, 0) }),
    version: fc.constantFrom('1', 'v2'),
    prediction: fc.oneof(fc.boolean(), fc.string({ maxLength: 3 }), fc.constant(null)),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    features: fc.dictionary(fc.constantFrom('a', 'b', 'id', 'unheard of'), fc.oneof(fc.integer(), fc.string())), // prettier-ignore
  })
  const label = fc.record({ id: fc.nat(), label: fc.boolean(), labelled_at: fc.constant(AT), prediction_ts: fc.constant(AT) }) // prettier-ignore
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }).filter((one) => one !== '__proto__')
  const places = (n: number) => fc.uniqueArray(key, { minLength: n, maxLength: n })
  const pointer = (...keys: string[]) => keys.map((one) => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') // prettier-ignore

  /** The record with each field at a place of its own, and the paths that lead there. */
  function moved(event: Record<string, unknown>, keys: readonly string[]) {
    const entries = Object.entries(event).map(([field, value], i) => ({ field, value, at: keys[i] }))
    return {
      record: Object.fromEntries(entries.map(({ at, value }) => [at, { inner: value }])),
      fields: Object.fromEntries(entries.map(({ at, field }) => [field, pointer(at, 'inner')])),
    }
  }

  test('a prediction becomes the row that its plain form becomes', () => {
    const decode = predictionDecoder(model)
    fc.assert(
      fc.property(prediction, places(6), (event, keys) => {
        const { record, fields } = moved(event, keys)
        const found = mapped({ model: 'm', fields }, record) as { event: unknown }
        expect(decode(found.event, NOW)).toEqual(decode(JSON.parse(JSON.stringify(event)), NOW))
      }),
    )
  })

  test('a label becomes the label that its plain form becomes', () => {
    const decode = labelDecoder(model)
    fc.assert(
      fc.property(label, places(4), (event, keys) => {
        const { record, fields } = moved(event, keys)
        const found = mapped({ records: 'labels', model: 'm', fields }, record) as { event: unknown }
        expect(decode(found.event, AT, NOW)).toEqual(decode(event, AT, NOW))
      }),
    )
  })

  test('whatever comes is an outcome and no error', () => {
    const topics = [{}, { model: 'm', fields: { ts: 'a.b', score: 'c', features: '*' } }, { kserve: { s: { model: 'm', output: 'class' } } }] // prettier-ignore
    const compiled = topics.map(mapping)
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), (value) => {
        const bytes = Buffer.from(value as string)
        for (const map of compiled)
          expect(['records', 'ignored', 'rejected']).toContain(map({ value: bytes, headers: {}, recordedAt: AT }).status) // prettier-ignore
      }),
    )
  })
})

describe('shadow traffic', () => {
  const fields = { id: 'id', ts: 'ts', version: 'version', score: 'score' }

  test('of a whole topic, whatever its records say', () => {
    expect(mapped({ shadow: true }, PREDICTION)).toMatchObject({ event: { id: 'a', shadow: true } })
    expect(mapped({ shadow: true }, { ...PREDICTION, shadow: false })).toMatchObject({
      event: { shadow: true },
    })
    expect(mapped({ shadow: true, model: 'm', fields }, PREDICTION)).toMatchObject({
      event: { shadow: true },
    })
  })

  test('of the records that say so', () => {
    const topic = { model: 'm', fields: { ...fields, shadow: 'meta.mirrored' } }
    expect(mapped(topic, { ...PREDICTION, meta: { mirrored: true } })).toMatchObject({
      event: { shadow: true },
    })
    expect(mapped(topic, PREDICTION)).toMatchObject({ event: { shadow: undefined } })
  })

  test.each([
    ['labels', { records: 'labels', shadow: true }],
    ['KServe', { shadow: true, kserve: { s: { model: 'm', output: 'class' } } }],
    ['a field as well', { model: 'm', shadow: true, fields: { ...fields, shadow: 'x' } }],
  ])('is refused for %s', (_, topic) => {
    expect(topicSchema.safeParse({ name: 't', records: 'predictions', ...topic }).success).toBe(false)
  })
})
