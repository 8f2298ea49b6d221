import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import type { Mapped, TopicMessage } from '../../../ingest/mapping/mapped.ts'
import type { InferenceLog } from '../../../store/events/inference-logs.ts'
import { topicSchema } from '../../../store/topic.ts'

const AT = Date.UTC(2026, 0, 5)
const TIME = '2026-01-03T17:05:00.123456789Z'
const TYPE = 'org.kubeflow.serving.inference'
const ATTRIBUTES = {
  id: 'e1',
  specversion: '1.0',
  source: 'http://localhost:9081/',
  time: TIME,
  inferenceservicename: 'flights',
  namespace: 'prod',
  component: 'predictor',
  endpoint: '',
}

type Part = 'request' | 'response'
type Attributes = Record<string, string | undefined>

/** As the logger's event comes through a sink to Kafka: attributes as headers, the body as the value. */
function binary(part: Part, body: unknown, attributes: Attributes = {}): TopicMessage {
  const all = Object.entries({ type: `${TYPE}.${part}`, ...ATTRIBUTES, ...attributes })
  const headers = all.flatMap(([name, value]) => (value === undefined ? [] : [[`ce_${name}`, value]]))
  // A client that says no content type makes it this one, though the body is JSON.
  return {
    value: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    headers: Object.fromEntries([['content-type', 'application/x-www-form-urlencoded'], ...headers]),
    recordedAt: AT,
  }
}

function structured(part: Part, data: object, attributes: Attributes = {}): TopicMessage {
  const envelope = { type: `${TYPE}.${part}`, ...ATTRIBUTES, ...attributes, ...data }
  return {
    value: Buffer.from(JSON.stringify(envelope)),
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    recordedAt: AT,
  }
}

const FEATURES = ['hour', 'distance', 'origin']
const service = (more: object = {}) => ({ model: 'flights', features: FEATURES, output: 'class', ...more })
const reader = (more?: object, others: object = {}) =>
  compileMapping(topicSchema.parse({ name: 't', records: 'predictions', kserve: { flights: service(more), ...others } })) // prettier-ignore

function logOf(outcome: Mapped): InferenceLog {
  if (outcome.status !== 'inference_log') throw new Error(JSON.stringify(outcome))
  return outcome.log
}

const detail = (outcome: Mapped) =>
  outcome.status === 'rejected' ? `${outcome.reason}: ${outcome.detail}` : outcome.status
const V1 = { instances: [[17, 733, 'ORD']] }
const NAMED = [{ hour: 17, distance: 733, origin: 'ORD' }]

describe('a logged event', () => {
  const base64 = (body: unknown) => ({ data_base64: Buffer.from(JSON.stringify(body)).toString('base64') })
  test.each<[string, TopicMessage]>([
    ['in binary mode', binary('request', V1)],
    ['in structured mode', structured('request', { data: V1 })],
    ['in structured mode, with the headers of the other', { ...structured('request', { data: V1 }), headers: { ...binary('request', V1).headers, 'content-type': 'application/cloudevents+json' } }],
    ['in structured mode, without any header', { ...structured('request', { data: V1 }), headers: {} }],
    ['as text', structured('request', { datacontenttype: 'text/plain', data: JSON.stringify(V1) })],
    ['in base64', structured('request', base64(V1))],
    ['of an older version, without a component', binary('request', V1, { component: undefined, namespace: undefined })],
  ])('%s is a half', (_, message) => {
    expect(logOf(reader({ namespace: 'prod' })(message))).toEqual({
      model: 'flights',
      id: 'e1',
      part: 'request',
      ts: Date.parse('2026-01-03T17:05:00.123Z'),
      version: undefined,
      rows: NAMED,
    })
  }) // prettier-ignore

  test('without a time of its own has that of the Kafka record', () => {
    expect(logOf(reader()(binary('request', V1, { time: undefined }))).ts).toBe(AT)
  })

  test.each<[string, TopicMessage]>([
    ['another type', binary('request', V1, { type: 'org.kubeflow.serving.inference.feedback' })],
    ['another type, whatever its data', binary('request', 'no JSON', { type: 'dev.knative.ping' })],
    ['another type in structured mode', structured('request', {}, { type: 'dev.knative.ping' })],
    ['another service', binary('request', V1, { inferenceservicename: 'credit' })],
    ['no service', binary('request', V1, { inferenceservicename: undefined })],
    ['another namespace', binary('request', V1, { namespace: 'staging' })],
    ['another component', binary('request', V1, { component: 'explainer' })],
    ['a tombstone', { ...binary('request', V1), value: null }],
  ])('%s is ignored', (_, message) => {
    expect(reader({ namespace: 'prod' })(message)).toEqual({ status: 'ignored' })
  })

  test('of the transformer counts where that is declared', () => {
    const read = reader({ component: 'transformer' })
    expect(read(binary('request', V1)).status).toBe('ignored')
    expect(read(binary('request', V1, { component: 'transformer' })).status).toBe('inference_log')
  })

  test('is read as its service is declared', () => {
    const read = reader({}, { credit: { model: 'credit-risk', output: 'score' } })
    const message = binary('response', { predictions: [0.25] }, { inferenceservicename: 'credit' })
    expect(logOf(read(message))).toMatchObject({ model: 'credit-risk', rows: [{ score: 0.25 }] })
  })

  test.each<[string, TopicMessage, string]>([
    ['no CloudEvent', { ...binary('request', V1), headers: {} }, 'bad_mapping: it is not a CloudEvent: it has no header "ce_type" and no "type" in the value'],
    ['no id', binary('request', V1, { id: '' }), 'bad_id: the CloudEvent has no "id" of 1 to 1000 characters'],
    ['no time', binary('request', V1, { time: 'today' }), 'bad_ts: the "time" of the CloudEvent is not an ISO 8601 time with a zone, such as "2026-01-03T17:05:00Z", or seconds, milliseconds, microseconds or nanoseconds since 1970; it is "today"'],
    ['no data', structured('request', {}), 'bad_mapping: the CloudEvent has no data'],
    ['no JSON', binary('request', 'x'), `not_json: the value is not JSON: Unexpected token 'x', "x" is not valid JSON`],
    ['no object', binary('request', '[]'), 'not_an_object: the value must be one JSON object'],
    ['tensors in binary form', binary('request', `{"inputs":[]}\u0001\u0002`), 'not_json: the value is not JSON: Unexpected non-whitespace character after JSON at position 13'],
    ['no instances', binary('request', { rows: [] }), 'bad_mapping: a request must have a list "instances" (V1), or tensors in "inputs" (V2)'],
    ['no predictions', binary('response', { error: 'x' }), 'bad_mapping: a response must have a list "predictions" (V1), or tensors in "outputs" (V2)'],
    ['a short instance', binary('request', { instances: [[17, 733]] }), 'bad_mapping: an instance has 2 values, but 3 features are declared'],
  ])('with %s is rejected', (_, message, expected) => expect(detail(reader()(message))).toBe(expected)) // prettier-ignore
})

const tensor = (name: string, shape: unknown, data: unknown, datatype = 'FP64') => ({ name, shape, datatype, data }) // prettier-ignore

describe('a request', () => {
  const rows = (body: unknown, more?: object) => logOf(reader(more)(binary('request', body))).rows
  const TWO = [...NAMED, { hour: 6, distance: 100, origin: 'ATL' }]

  test.each<[string, unknown, object, unknown]>([
    ['V1 instances in order', { instances: [[17, 733, 'ORD'], [6, 100, 'ATL']] }, {}, TWO],
    ['V1 instances by name', { instances: TWO }, { features: undefined }, TWO],
    ['V1 instances under their other name', { inputs: [[17, 733, 'ORD']] }, {}, NAMED],
    ['V1 instances of one value each', { instances: [1, [2]] }, { features: ['x'] }, [{ x: 1 }, { x: 2 }]],
    ['V1 values in lists of one', { instances: [{ x: [1], y: [1, 2] }] }, {}, [{ x: 1, y: [1, 2] }]],
    ['no instances', { instances: [] }, {}, []],
    ['V2, one tensor', { inputs: [tensor('input-0', [2, 2], [1, 2, 3, 4])] }, { features: ['x', 'y'] }, [{ x: 1, y: 2 }, { x: 3, y: 4 }]],
    ['V2, one tensor, nested', { inputs: [tensor('input-0', [2, 2], [[1, 2], [3, 4]])] }, { features: ['x', 'y'] }, [{ x: 1, y: 2 }, { x: 3, y: 4 }]],
    ['V2, a tensor a feature', { inputs: [tensor('hour', [2], [17, 6]), tensor('distance', [2, 1], [733, 100]), tensor('origin', [2], ['ORD', 'ATL'], 'BYTES')] }, { features: undefined }, TWO],
    ['V2, named in another order', { inputs: [tensor('origin', [1], ['ORD']), tensor('hour', [1], [17])] }, {}, [{ origin: 'ORD', hour: 17 }]],
    ['V2, names of no features', { inputs: [tensor('1', [2], [1, 2]), tensor('0', [2], [3, 4])] }, { features: ['x', 'y'] }, [{ x: 1, y: 3 }, { x: 2, y: 4 }]],
    ['V2, tensors of several widths', { inputs: [tensor('hour', [1], [17]), tensor('rest', [1, 2], [733, 'ORD'])] }, {}, NAMED],
    ['V2, no rows', { inputs: [tensor('x', [0, 3], [])] }, {}, []],
  ])('%s', (_, body, more, expected) => expect(rows(body, more)).toEqual(expected)) // prettier-ignore

  test.each<[string, unknown, object, string]>([
    ['without names, where none are declared', { instances: [[1]] }, { features: undefined }, 'the inputs have no names: declare "features" in their order'],
    ['with too many columns', { inputs: [tensor('x', [1, 4], [1, 2, 3, 4])] }, {}, 'an instance has 4 values, but 3 features are declared'],
    ['with an image', { inputs: [tensor('x', [1, 2, 2], [1, 2, 3, 4])] }, {}, '"x" has 3 dimensions; one or two are read'],
    ['with fewer values than its shape says', { inputs: [tensor('x', [2, 3], [1])] }, {}, '"x" has 1 values; its shape says 6'],
    ['without data', { inputs: [tensor('x', [1, 3], undefined)] }, {}, '"x" has no "data": tensors in binary form are not read'],
    ['with a shape of nothing', { inputs: [tensor('x', [-1], [1])] }, {}, 'a tensor has a "name" and a "shape" of whole numbers; this one is {"name":"x","shape":[-1],"datatype":"FP64","data":[1]}'],
    ['with a billion rows of nothing', { inputs: [tensor('x', [1e9, 0], [])] }, {}, 'a tensor has a "name" and a "shape" of whole numbers; this one is {"name":"x","shape":[1000000000,0],"datatype":"FP64","data":…'],
    ['with the values of one feature under the name of another', { inputs: ['distance', 'hour', 'x'].map((name, i) => tensor(name, [1], [i])) }, {}, `the input "distance" is called like a feature, but its values are not at that feature's place in "features": name all inputs after their features, or none`],
    ['with a wide tensor before the one of the first feature', { inputs: [tensor('rest', [1, 2], [733, 'ORD']), tensor('hour', [1], [17])] }, {}, `the input "hour" is called like a feature, but its values are not at that feature's place in "features": name all inputs after their features, or none`],
    ['with two tensors of one name', { inputs: [tensor('hour', [1], [1]), tensor('hour', [1], [2])] }, {}, 'there are two tensors called "hour"'],
    ['nested otherwise than its shape', { inputs: [tensor('x', [2, 3], [[1, 2], [3, 4], [5, 6]])] }, {}, '"x" is not nested as its shape [2, 3] says'],
    ['nested in rows of several lengths', { inputs: [tensor('x', [2, 2], [[1, 2, 3], [4]])] }, {}, '"x" is not nested as its shape [2, 2] says'],
    ['with rows that differ', { inputs: [tensor('x', [1], [1]), tensor('y', [2], [1, 2])] }, {}, '"x" has 1 rows, "y" 2'],
  ])('%s is rejected', (_, body, more, expected) =>
    expect(detail(reader(more)(binary('request', body)))).toBe(`bad_mapping: ${expected}`),
  ) // prettier-ignore
})

describe('a response', () => {
  const read = (more: object, body: unknown) => reader(more)(binary('response', body))
  const rows = (more: object, body: unknown) => JSON.parse(JSON.stringify(logOf(read(more, body)).rows))
  const TWO = { classes: ['on_time', 'late'] }
  const LATE = { ...TWO, positive: 'late' }
  const BOTH = { late: 0.61, on_time: 0.39 }

  test.each<[string, object, unknown, unknown]>([
    ['classes', {}, { predictions: ['late', 1, [true]] }, [{ prediction: 'late' }, { prediction: 1 }, { prediction: true }]],
    ['indices of classes', { output: 'class_index', ...TWO }, { predictions: [1, 0] }, [{ prediction: 'late' }, { prediction: 'on_time' }]],
    ['numbers', { output: 'number' }, { predictions: [12.5, [3]] }, [{ prediction: 12.5 }, { prediction: 3 }]],
    ['a score alone', { output: 'score' }, { predictions: [0.61, [0.2]] }, [{ score: 0.61 }, { score: 0.2 }]],
    ['a score of two classes', { output: 'score', ...LATE }, { predictions: [0.61, 0.5, 0.2] }, [{ prediction: 'late', score: 0.61 }, { prediction: 'late', score: 0.5 }, { prediction: 'on_time', score: 0.2 }]],
    ['a score and another threshold', { output: 'score', ...LATE, threshold: 0.7 }, { predictions: [0.61] }, [{ prediction: 'on_time', score: 0.61 }]],
    ['a score that is none', { output: 'score', ...LATE }, { predictions: ['x'] }, [{ score: 'x' }]],
    ['scores', { output: 'scores', ...TWO }, { predictions: [[0.39, 0.61]] }, [{ prediction: 'late', scores: BOTH }]],
    ['scores with a positive class', { output: 'scores', ...LATE, threshold: 0.7 }, { predictions: [[0.39, 0.61]] }, [{ prediction: 'on_time', score: 0.61, scores: BOTH }]],
    ['scores of which one is unknown', { output: 'scores', ...LATE }, { predictions: [[0.39, null]] }, [{ score: null, scores: { on_time: 0.39, late: null } }]],
    ['scores of three classes', { output: 'scores', classes: [1, 2, 3], positive: 3 }, { predictions: [[0.2, 0.5, 0.3]] }, [{ prediction: '2', score: 0.3, scores: { 1: 0.2, 2: 0.5, 3: 0.3 } }]],
    ['V1 outputs by name', { output: { y: 'class', p: 'score' } }, { predictions: [{ y: 'late', p: 0.61, key: 5 }] }, [{ prediction: 'late', score: 0.61 }]],
    ['the only V1 output', { output: 'number' }, { predictions: [{ y: [2] }] }, [{ prediction: 2 }]],
    ['a V2 output', { output: 'class_index', ...TWO }, { outputs: [tensor('predict', [2], [1, 0], 'INT64')] }, [{ prediction: 'late' }, { prediction: 'on_time' }]],
    ['a V2 output of one column', { output: 'score' }, { outputs: [tensor('p', [2, 1], [0.6, 0.2])] }, [{ score: 0.6 }, { score: 0.2 }]],
    ['V2 scores', { output: 'scores', ...LATE }, { outputs: [tensor('p', [1, 2], [0.39, 0.61])] }, [{ prediction: 'late', score: 0.61, scores: BOTH }]],
    ['V2 outputs by name, among others', { output: { predict: 'class', predict_proba: 'scores' }, ...TWO }, { outputs: [tensor('embedding', [1, 2, 2], [1, 2, 3, 4]), tensor('predict_proba', [1, 2], [0.39, 0.61]), tensor('predict', [1], ['on_time'])] }, [{ prediction: 'on_time', scores: BOTH }]],
  ])('%s', (_, more, body, expected) => expect(rows(more, body)).toEqual(expected)) // prettier-ignore

  test.each<[string, object, unknown, string]>([
    ['scores where a class was declared', {}, { predictions: [[0.39, 0.61]] }, 'the output has 2 values per row, but a class is a single value'],
    ['scores of more classes', { output: 'scores', ...TWO }, { predictions: [[0.3, 0.3, 0.4]] }, 'the output has 3 values per row, but 2 classes are declared'],
    ['an index of no class', { output: 'class_index', ...TWO }, { predictions: [2] }, 'the output 2 is not an index of the 2 classes'],
    ['an index that is none', { output: 'class_index', ...TWO }, { predictions: ['length'] }, 'the output "length" is not an index of the 2 classes'],
    ['several outputs without a name', {}, { outputs: [tensor('a', [1], [1]), tensor('b', [1], [1])] }, 'declare under "output" which of the outputs is what: there are a, b'],
    ['an output of another name', { output: { y: 'class' } }, { outputs: [tensor('a', [1], [1]), tensor('b', [1], [1])] }, 'there is no output "y": there are a, b'],
    ['a V1 output of another name', { output: { y: 'class' } }, { predictions: [{ a: 1 }] }, 'there is no output "y": there are a'],
    ['a V1 output without a name', { output: { y: 'class' } }, { predictions: [1] }, 'there is no output "y": the outputs have no names'],
  ])('%s is rejected', (_, more, body, expected) => expect(detail(read(more, body))).toBe(`bad_mapping: ${expected}`)) // prettier-ignore

  test('has the version of a V2 body, or of the declared attribute', () => {
    const body = { model_version: 'v7', predictions: [1] }
    const version = (more: object, attributes: Attributes = {}) =>
      logOf(reader(more)(binary('response', body, attributes))).version
    expect(version({})).toBe('v7')
    expect(logOf(reader()(binary('response', { ...body, model_version: 7 }))).version).toBe('7')
    expect(version({ version: 'endpoint' }, { endpoint: 'canary' })).toBe('canary')
    expect(version({ version: 'endpoint' })).toBeUndefined()
  })
})

test('whatever the data, an event is an outcome and no error', () => {
  const reads = [{}, { output: 'scores', classes: ['a', 'b'] }, { output: { y: 'score' }, features: undefined }].map((more) => reader(more)) // prettier-ignore
  const list = fc.oneof(fc.array(fc.jsonValue()), fc.array(fc.record({ name: fc.string(), shape: fc.jsonValue(), data: fc.jsonValue() }), { maxLength: 3 })) // prettier-ignore
  const body = fc.record({ instances: list, inputs: list, outputs: list, predictions: list }, { requiredKeys: [] }) // prettier-ignore
  fc.assert(
    fc.property(body, fc.constantFrom<Part[]>('request', 'response'), (value, part) => {
      for (const read of reads)
        expect(['inference_log', 'rejected']).toContain(read(binary(part, value)).status)
    }),
    { numRuns: 500 },
  )
})
