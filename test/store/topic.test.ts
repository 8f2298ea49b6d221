import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePath } from '../../ingest/mapping/path.ts'
import { modelsOf, topicSchema } from '../../store/topic.ts'

const FLAT = { name: 't', records: 'predictions', model: 'm', fields: { ts: 'at', score: 'p' } }
const service = (more: object) => ({
  name: 't',
  records: 'predictions',
  kserve: { svc: { model: 'm', output: 'class', ...more } },
})

/** Each fault as `path: message`. */
function faults(topic: unknown): string[] {
  const outcome = topicSchema.safeParse(topic)
  return outcome.success
    ? []
    : outcome.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a topic', () => {
  test.each<[string, unknown]>([
    ['in our own shape', { name: 'predictions', records: 'predictions' }],
    ['of one model', { name: 'labels', records: 'labels', model: 'm', format: 'json' }],
    ['with the longest name', { name: 'x'.repeat(249), records: 'labels' }],
    ['with dots for a name', { name: '...', records: 'labels' }],
    ['with fields', FLAT],
    ['with a model in each record', { ...FLAT, model: undefined, fields: { ...FLAT.fields, model: 'meta.model' } }],
    ['with features by path', { ...FLAT, fields: { ...FLAT.fields, features: 'inputs' } }],
    ['with each feature', { ...FLAT, fields: { ...FLAT.fields, features: { hour: '/a.b/0', toString: 'c' } } }],
    ['with all other keys', { ...FLAT, fields: { ...FLAT.fields, features: '*' } }],
    ['of labels with fields', { ...FLAT, records: 'labels', fields: { id: 'key', label: 'truth' } }],
    ['of KServe', service({ features: ['a', 'b'] })],
    ['of a score alone', service({ output: 'score' })],
    ['of a score of two classes', service({ output: 'score', classes: ['a', 'b'], positive: 'b' })],
    ['of several outputs', service({ output: { y: 'class_index', p: 'scores' }, classes: [0, 1, 'x'], positive: 1 })],
    ['of a class and its score', service({ output: { y: 'class', p: 'score' } })],
  ])('%s is taken', (_, topic) => {
    expect(faults(topic)).toEqual([])
    const once = topicSchema.parse(topic)
    expect(topicSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once)
  }) // prettier-ignore

  const PATH =
    'write the path of the field as keys separated by dots, "output.class", or as a JSON Pointer, "/output/class"'
  const NAME =
    'the name of a Kafka topic is 1 to 249 letters, digits, ".", "_" or "-", and neither "." nor ".."'
  test.each<[string, unknown, string[]]>([
    ['without records', { name: 't' }, ['records: Invalid option: expected one of "predictions"|"labels"']],
    ['of a name that Kafka has not', { name: 'a b', records: 'labels' }, [`name: ${NAME}`]],
    ['called ..', { name: '..', records: 'labels' }, [`name: ${NAME}`]],
    ['of a name too long', { name: 'x'.repeat(250), records: 'labels' }, [`name: ${NAME}`]],
    ['with an unknown key', { name: 't', records: 'labels', field: {} }, [': Unrecognized key: "field"']],
    ['in another format', { name: 't', records: 'labels', format: 'avro' }, ['format: Invalid input: expected "json"']],
    ['with an unknown field', { ...FLAT, fields: { ...FLAT.fields, time: 'x' } }, ['fields: Unrecognized key: "time"']],
    ...['', 'a.', '.a', 'a..b', '/a~2', '/a~'].map((ts): [string, unknown, string[]] => [`with the path "${ts}"`, { ...FLAT, fields: { ts, score: 'p' } }, [`fields.ts: ${PATH}`]]),
    ['without the time', { ...FLAT, fields: { id: 'i', prediction: 'p' } }, ['fields.ts: state where "ts" is']],
    ['without an outcome', { ...FLAT, fields: { ts: 'at' } }, ['fields: state where "prediction", "score" or "scores" is']],
    ['of labels, without any', { ...FLAT, records: 'labels', fields: {} }, ['fields.id: state where "id" is', 'fields.label: state where "label" is']],
    ['of labels that have a score', { ...FLAT, records: 'labels', fields: { id: 'i', label: 'l', score: 's' } }, ['fields.score: labels have no field "score"']],
    ['of predictions that have a label', { ...FLAT, fields: { ...FLAT.fields, label: 'l' } }, ['fields.label: predictions have no field "label"']],
    ['of no model', { ...FLAT, model: undefined }, ['fields: state which model the records belong to: "model" for all records of the topic, or "fields.model" for each']],
    ['of a model and one in each record', { ...FLAT, fields: { ...FLAT.fields, model: 'm' } }, ['fields.model: all records already belong to the model "m"']],
    ['with both fields and KServe', { ...service({}), model: 'm', fields: FLAT.fields }, ['kserve: use either "fields" or "kserve", not both', 'model: with "kserve" each InferenceService names its own model']],
    ['of labels by KServe', { ...service({}), records: 'labels' }, ['records: KServe logs predictions only']],
    ['of no InferenceService', { ...service({}), kserve: {} }, ['kserve: must name an InferenceService']],
    ['of a service without its output', { ...service({}), kserve: { svc: { model: 'm' } } }, ['kserve.svc.output: state what the output is: class, class_index, number, score, scores; or map each of several outputs by its name']],
    ['of no outputs', service({ output: {} }), ['kserve.svc.output: must name an output']],
    ['of two predictions', service({ output: { a: 'class', b: 'number' } }), ['kserve.svc.output: two outputs provide the same value']],
    ['of scores without classes', service({ output: 'scores' }), ['kserve.svc.classes: list the classes in the order of the output']],
    ['of classes that say nothing', service({ classes: ['a', 'b'] }), ['kserve.svc.classes: classes are only for class_index, score or scores']],
    ['of a positive class of none', service({ positive: 'a' }), ['kserve.svc.positive: only a score has a positive class']],
    ['of a positive class unheard of', service({ output: 'scores', classes: ['a', 'b'], positive: 'c' }), ['kserve.svc.positive: "c" is not one of the classes']],
    ['of a score of three classes', service({ output: 'score', classes: ['a', 'b', 'c'], positive: 'c' }), ['kserve.svc.classes: a score requires exactly two classes']],
    ['of a score of unknown side', service({ output: 'score', classes: ['a', 'b'] }), ['kserve.svc.positive: state which of the classes the score is the probability of']],
    ['of a score of one class', service({ output: 'score', positive: 'b' }), ['kserve.svc.classes: list both classes, so that the prediction can be derived from the score']],
    ['of features and classes twice', service({ output: 'scores', features: ['a', 'a'], classes: [1, '1.0'] }), ['kserve.svc.features.1: is listed twice', 'kserve.svc.classes.1: is listed twice']],
    ['of a version that is no attribute', service({ version: 'modelVersion' }), ['kserve.svc.version: use the name of a CloudEvents attribute: up to 20 lower-case letters and digits']],
  ])('%s is refused', (_, topic, expected) => expect(faults(topic)).toEqual(expected)) // prettier-ignore

  test('with a name that a record schema would drop is refused', () => {
    const reserved = (value: unknown) => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`) as object
    expect(faults({ ...FLAT, fields: { ...FLAT.fields, features: reserved('x') } })).toHaveLength(1)
    expect(faults(service({ output: reserved('class') }))).toHaveLength(1)
    expect(faults({ ...service({}), kserve: reserved({ model: 'm', output: 'class' }) })).toEqual([
      'kserve: an InferenceService cannot be called "__proto__"',
    ])
  })

  test('names the models it needs, each with its place', () => {
    expect(modelsOf(topicSchema.parse(FLAT))).toEqual([{ model: 'm', path: ['model'] }])
    const kserve = { a: { model: 'x', output: 'class' }, b: { model: 'y', output: 'number' } }
    expect(modelsOf(topicSchema.parse({ name: 't', records: 'predictions', kserve }))).toEqual([
      { model: 'x', path: ['kserve', 'a', 'model'] },
      { model: 'y', path: ['kserve', 'b', 'model'] },
    ])
  })
})

describe('a path', () => {
  const value = { a: { b: [{ c: 1 }, null], 'd.e': 2 }, 'a.b': 3, '': 4, 'x/y~z': 5, length: 6, n: null }
  test.each<[string, unknown]>([
    ['a.b.0.c', 1],
    ['/a/b/0/c', 1],
    ['/a/d.e', 2],
    ['/a.b', 3],
    ['/', 4],
    ['/x~1y~0z', 5],
    ['x/y~z', 5],
    ['length', 6],
    ['n', null],
    ['a.b.1', null],
    ['a.b.1.c', undefined],
    ['a.b.2', undefined],
    ['a.b.00', undefined],
    ['a.b.length', undefined],
    ['a.b.map', undefined],
    ['toString', undefined],
    ['a.constructor.name', undefined],
    ['length.toString', undefined],
    ['n.x', undefined],
  ])('%s leads to %j', (path, expected) => expect(compilePath(path)(value)).toEqual(expected))

  test('as a JSON Pointer leads to whatever keys there are', () => {
    const key = fc.string({ unit: 'binary', maxLength: 8 }).filter((one) => one !== '__proto__')
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), fc.jsonValue(), (keys, leaf) => {
        const holder = keys.reduceRight<unknown>((inner, one) => ({ [one]: inner }), leaf)
        const pointer = keys.map((one) => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
        expect(compilePath(pointer)(holder)).toEqual(leaf)
        const topic = { ...FLAT, fields: { ...FLAT.fields, ts: pointer } }
        expect(faults(topic)).toEqual([])
      }),
    )
  })
})
