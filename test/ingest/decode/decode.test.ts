import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labelDecoder } from '../../../ingest/decode/decode-label.ts'
import { predictionDecoder } from '../../../ingest/decode/decode-prediction.ts'
import { MAX_TEXT, parseCategory, parseNumber, parseText } from '../../../ingest/decode/fields.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { predictionColumns } from '../../../store/events/silver.ts'

const NOW = Date.UTC(2026, 5, 1)
const TS = '2026-01-05T10:00:00Z'
const AT = Date.UTC(2026, 0, 5, 10)
const features = { a: 'numeric', c: 'categorical', id: 'numeric', constructor: 'categorical' } as const
const binary = modelSchema.parse({ name: 'm', task: 'binary', features })
const regression = modelSchema.parse({ name: 'm', task: 'regression', features })
const NEVER = Symbol('no value')

/** The decoded row by column, or the reason why there is none. */
function decoded(event: unknown, model: Model = binary): Record<string, unknown> | string {
  const outcome = predictionDecoder(model)(event, NOW)
  if (outcome.status === 'rejected') return outcome.reason
  const row = JSON.parse(outcome.line) as unknown[]
  const columns = predictionColumns(model)
  expect(row).toHaveLength(columns.length)
  return Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))
}

describe('values', () => {
  const long = 'x'.repeat(MAX_TEXT)
  test.each<[unknown, unknown, unknown, unknown]>([
    // value, as an id, as a category, as a number
    ['x', 'x', 'x', undefined],
    ['', undefined, '', undefined],
    [' ', ' ', ' ', undefined],
    [long, long, long, undefined],
    [`${long}x`, undefined, undefined, undefined],
    ['half \ud800', 'half \ufffd', 'half \ufffd', undefined],
    [0, '0', '0', 0],
    [-0, '0', '0', 0],
    [1.5, '1.5', '1.5', 1.5],
    [1e300, undefined, '1e+300', 1e300],
    [2 ** 53 - 1, '9007199254740991', '9007199254740991', 2 ** 53 - 1],
    [2 ** 53, undefined, '9007199254740992', 2 ** 53],
    [NaN, undefined, undefined, undefined],
    [Infinity, undefined, undefined, undefined],
    [true, undefined, '1', 1],
    [false, undefined, '0', 0],
    ['1.0', '1.0', '1', undefined],
    ['nan', 'nan', 'nan', undefined],
    ['5', '5', '5', undefined],
    [null, undefined, undefined, undefined],
    [undefined, undefined, undefined, undefined],
    [[], undefined, undefined, undefined],
    [{ toString: 'x' }, undefined, undefined, undefined],
  ])('%j', (value, id, category, number) => {
    expect([parseText(value), parseCategory(value), parseNumber(value)]).toEqual([id, category, number])
  })
})

test('whole numbers beyond 2^53 keep their digits as ids and categories', () => {
  const values = (value: unknown) => [parseText(value), parseCategory(value), parseNumber(value)]
  expect(values(9007199254740993n)).toEqual(['9007199254740993', '9007199254740993', 2 ** 53])
  const huge = `1${'0'.repeat(400)}`
  expect(values(BigInt(huge))).toEqual([huge, huge, undefined])
})

describe('a prediction', () => {
  const event = (extra: object = {}) => ({
    id: 'x',
    ts: TS,
    features: { a: 1, c: 'k' },
    prediction: 1,
    ...extra,
  })

  test.each<[string, unknown, string]>([
    ['null', null, 'not_an_object'],
    ['an array', [event()], 'not_an_object'],
    ['text', 'x', 'not_an_object'],
    ['another model’s', event({ model: 'n' }), 'model_mismatch'],
    ['without an id', event({ id: undefined }), 'bad_id'],
    ['with an empty id', event({ id: '' }), 'bad_id'],
    ['with an id that lost digits', event({ id: 12345678901234567890 }), 'bad_id'],
    ['without a time', event({ ts: undefined }), 'bad_ts'],
    ['with a time that is none', event({ ts: 'yesterday' }), 'bad_ts'],
    ['with a version that is none', event({ version: { major: 1 } }), 'bad_version'],
    ['with a nested prediction', event({ prediction: { class: 1 } }), 'bad_prediction'],
    ['with a list of features', event({ features: [1, 2] }), 'bad_features'],
    ['with features as text', event({ features: 'a=1' }), 'bad_features'],
  ])('%s is rejected', (_, value, reason) => expect(decoded(value)).toBe(reason))

  test('of a regression must be a number', () => {
    expect(decoded(event({ prediction: 'late' }), regression)).toBe('bad_prediction')
    expect(decoded(event({ prediction: 1.5 }), regression)).toMatchObject({ prediction: 1.5 })
  })

  test('may lack all but id and time', () => {
    const nothing = {
      version: '',
      prediction: null,
      score: null,
      scores: {},
      shadow: 0,
      invalid: [],
      unknown: [],
      f_a: null,
      f_c: null,
    }
    expect(decoded({ id: 7, ts: TS })).toEqual({
      id: '7',
      ts: AT,
      received_at: NOW,
      ...nothing,
      f_id: null,
      f_constructor: null,
    })
    expect(decoded(event({ features: null, version: null, score: null, scores: null }))).toMatchObject({
      f_a: null,
      invalid: [],
    })
  })

  test.each([
    [undefined, 0],
    [null, 0],
    [false, 0],
    [0, 0],
    ['false', 0],
    [true, 1],
    [1, 1],
    ['1', 1],
    ['True', 1],
    ['yes', 'bad_shadow'],
    [2, 'bad_shadow'],
    [{}, 'bad_shadow'],
    ['__proto__', 'bad_shadow'],
  ])('shadow: %j', (shadow, found) => {
    const outcome = decoded(event({ version: '2', shadow }))
    expect(typeof outcome === 'string' ? outcome : outcome.shadow).toBe(found)
  })

  test('of shadow traffic must state its version, as it counts for that alone', () => {
    expect(decoded(event({ version: null, shadow: true }))).toBe('bad_version')
  })

  test('keeps its row when values are bad, and names them once each', () => {
    const bad = { a: '1', c: ['k'], id: NaN, constructor: {}, more: 1, valueOf: 2 }
    expect(decoded(event({ features: bad, score: 1.01, scores: { x: 2, y: -1, z: 0.5 } }))).toMatchObject({
      f_a: null, f_c: null, f_id: null, f_constructor: null, score: null, scores: {},
      invalid: ['a', 'c', 'id', 'constructor', 'score', 'scores'], unknown: ['more', 'valueOf'],
    }) // prettier-ignore
  })

  test('takes features from the event alone, never from what objects inherit', () => {
    const parsed = JSON.parse(
      `{"id":"x","ts":"${TS}","features":{"__proto__":{"a":5,"polluted":1}},"__proto__":{"prediction":"p","polluted":1}}`,
    ) as object
    expect(decoded(parsed)).toMatchObject({
      f_a: null,
      f_constructor: null,
      prediction: null,
      unknown: ['__proto__'],
    })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('names at most twenty features that nobody declared, cut to a bearable length', () => {
    const given = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i} ${'é'.repeat(2000)}`, i]))
    const { unknown } = decoded(event({ features: given })) as { unknown: string[] }
    expect(unknown).toHaveLength(20)
    expect(Math.max(...unknown.map((name) => name.length))).toBe(MAX_TEXT)
  })
})

describe('a label', () => {
  const decode = (value: unknown, model = binary) => {
    const outcome = labelDecoder(model)(value, NOW, NOW)
    if (outcome.status === 'rejected') return outcome.reason
    const { status: _, fieldProblems: _fieldProblems, ...label } = outcome
    return label
  }
  test.each<[string, unknown, unknown]>([
    ['null', null, 'not_an_object'],
    ['of another model', { model: 'n', id: 'x', label: 1 }, 'model_mismatch'],
    ['without an id', { label: 1 }, 'bad_id'],
    ['without a label', { id: 'x' }, 'bad_label'],
    ['with a list', { id: 'x', label: [1] }, 'bad_label'],
    ['with a bad time', { id: 'x', label: 1, labelled_at: 'soon' }, 'bad_labelled_at'],
    ['with a bad time of its prediction', { id: 'x', label: 1, prediction_ts: 'soon' }, 'bad_prediction_ts'],
    ['that withdraws one', { id: 'x', label: null }, { id: 'x', label: null, labelledAt: NOW, predictionTs: undefined }],
    ['in other spelling', { id: 1, label: true }, { id: '1', label: '1', labelledAt: NOW, predictionTs: undefined }],
    ['with times', { id: 'x', label: '1.0', labelled_at: TS, prediction_ts: AT / 1000 }, { id: 'x', label: '1', labelledAt: AT, predictionTs: AT }],
    ['with the day of the label', { id: 'x', label: 1, labelled_at: '2026-01-05' }, { id: 'x', label: '1', labelledAt: Date.UTC(2026, 0, 5), predictionTs: undefined }],
    ['with the day of the prediction', { id: 'x', label: 1, prediction_ts: '2026-01-05' }, 'bad_prediction_ts'],
    ['with times that are null', { id: 'x', label: '', labelled_at: null, prediction_ts: null }, { id: 'x', label: '', labelledAt: NOW, predictionTs: undefined }],
  ])('%s', (_, value, expected) => expect(decode(value)).toEqual(expected)) // prettier-ignore

  test('of a regression must be a number', () => {
    expect(decode({ id: 'x', label: 'late' }, regression)).toBe('bad_label')
    expect(decode({ id: 'x', label: 2.5 }, regression)).toMatchObject({ label: 2.5 })
  })
})

describe('whatever comes', () => {
  /** Any JSON value, often nearly an event. */
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom('nan', 'abc', '\ud800', '\0', TS, 1e999, -0, 2 ** 60, '', 'x'.repeat(2000)),
    fc.string({ unit: 'binary' }),
    fc.double(),
  )
  const maybe = fc.oneof({ weight: 3, arbitrary: anything }, fc.constant(NEVER))
  const named = ['a', 'c', 'id', 'constructor', '__proto__', 'toString', 'other']
  const events = fc
    .record({
      id: fc.oneof(fc.constant('x'), maybe),
      ts: fc.oneof(fc.constant(TS), maybe),
      version: maybe,
      prediction: maybe,
      score: maybe,
      scores: fc.oneof(maybe, fc.dictionary(fc.string({ unit: 'binary' }), anything)),
      label: maybe,
      labelled_at: maybe,
      prediction_ts: maybe,
      features: fc.oneof(maybe, fc.dictionary(fc.constantFrom(...named), anything)),
    }) // prettier-ignore
    .map((event) => Object.fromEntries(Object.entries(event).filter(([, value]) => value !== NEVER)))

  test('decoding a prediction never throws, and a row holds what its columns take', () =>
    fc.assert(
      fc.property(fc.oneof(events, anything), fc.constantFrom(binary, regression), (event, model) => {
        const row = decoded(event, model)
        if (typeof row === 'string') return
        for (const { name, type } of predictionColumns(model)) {
          const value = row[name]
          if (type === 'Nullable(Float64)') expect(value === null || Number.isFinite(value), name).toBe(true)
          if (/^(LowCardinality\()?(Nullable\()?String/.test(type)) {
            expect(value === null ? type.includes('Nullable') : (value as string).isWellFormed(), name).toBe(
              true,
            )
          }
        }
        const lists = [row.invalid, row.unknown, Object.keys(row.scores as object)] as string[][]
        expect(lists.flat().every((name) => name.isWellFormed())).toBe(true)
        expect(new Set(row.invalid as string[]).size).toBe((row.invalid as string[]).length)
      }),
      { numRuns: 2000 },
    ))

  test('decoding a label never throws, and gives a value of its kind', () =>
    fc.assert(
      fc.property(fc.oneof(events, anything), fc.constantFrom(binary, regression), (event, model) => {
        const outcome = labelDecoder(model)(event, NOW, NOW)
        if (outcome.status === 'rejected') return
        const kind = model.task === 'regression' ? 'number' : 'string'
        expect(outcome.label === null || typeof outcome.label === kind).toBe(true)
      }),
      { numRuns: 1000 },
    ))

  test('a value nested too deeply to be written is rejected like any other', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown
    expect(decoded({ id: deep, ts: TS })).toBe('bad_id')
    expect(decoded({ id: 'x', ts: deep })).toBe('bad_ts')
    expect(decoded({ id: 'x', ts: TS, model: deep })).toBe('model_mismatch')
    expect(decoded({ id: 'x', ts: TS, prediction: deep })).toBe('bad_prediction')
    expect(decoded({ id: 'x', ts: TS, features: { a: deep, c: deep } })).toMatchObject({
      invalid: ['a', 'c'],
    })
    expect(labelDecoder(binary)({ id: 'x', label: deep }, NOW, NOW)).toMatchObject({ reason: 'bad_label' })
  })
})
