import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServiceFailure } from '../../../cli/client/failure.ts'
import { compileBatches } from '../../../cli/replay/batches.ts'
import { reject } from '../../../ingest/decode/outcome.ts'
import { cellReader } from '../../../ingest/rows/cells.ts'
import { compileEvents } from '../../../ingest/rows/events.ts'
import {
  columnProblem,
  DEFAULT_COLUMNS,
  namingProblem,
  type FieldColumns,
} from '../../../ingest/rows/fields.ts'
import { collectColumn, columnOption } from '../../../cli/replay/columns.ts'
import { defaultDelay } from '../../../cli/replay/label-delay.ts'
import { createPace, rowsAtOnce } from '../../../cli/replay/pace.ts'
import { untilDone, type Attempt } from '../../../cli/replay/patience.ts'
import type { Row } from '../../../ingest/rows/rows.ts'
import { labelDecoder } from '../../../ingest/decode/decode-label.ts'
import { predictionDecoder } from '../../../ingest/decode/decode-prediction.ts'
import { modelSchema } from '../../../control/declared/model.ts'

const TS = '2026-01-05T00:00:00Z'
const columns = (...overrides: string[]) =>
  overrides.reduce<FieldColumns>((all, one) => collectColumn(one, all), DEFAULT_COLUMNS)
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

describe('the events of a record', () => {
  test.each<[string, object, string[], object]>([
    [
      'a flat one: what no field takes is a feature',
      { id: 1, ts: TS, version: '3', prediction: 'late', score: 0.6, hour: 17, origin: null },
      [],
      { prediction: { id: 1, ts: TS, version: '3', prediction: 'late', score: 0.6, features: { hour: 17, origin: null } } },
    ],
    [
      'with a label: both; the label is as old as the prediction',
      { id: 1, ts: TS, prediction: 'late', label: 'ok', hour: 1 },
      [],
      { prediction: { id: 1, ts: TS, prediction: 'late', features: { hour: 1 } }, label: { id: 1, label: 'ok', label_delay: '24h', prediction_ts: TS } },
    ],
    [
      'whose label is not known yet',
      { id: 1, ts: TS, prediction: 'late', label: null, labelled_at: null },
      [],
      { prediction: { id: 1, ts: TS, prediction: 'late' } },
    ],
    [
      'of a label alone, which must not become a prediction, whatever else it holds',
      { id: 1, ts: TS, label: 'ok', labelled_at: 5, comment: 'x' },
      [],
      { label: { id: 1, label: 'ok', labelled_at: 5, prediction_ts: TS } },
    ],
    [
      'of a label without a time',
      { id: 1, label: 'ok' },
      [],
      { label: { id: 1, label: 'ok', label_delay: '24h' } },
    ],
    [
      'that withdraws a label',
      { id: 1, label: null, prediction_ts: TS },
      [],
      { label: { id: 1, label: null, label_delay: '24h', prediction_ts: TS } },
    ],
    [
      'of features alone',
      { id: 1, ts: TS, hour: 3 },
      [],
      { prediction: { id: 1, ts: TS, features: { hour: 3 } } },
    ],
    [
      'in our own shape, with whatever else it holds',
      { id: 1, ts: TS, features: { hour: 3 }, scores: { a: 1 }, trace: 'x', label: 'a' },
      [],
      { prediction: { id: 1, ts: TS, features: { hour: 3 }, scores: { a: 1 }, trace: 'x' }, label: { id: 1, label: 'a', label_delay: '24h', prediction_ts: TS } },
    ],
    [
      'with scores beside flat features',
      { id: 1, ts: TS, scores: { a: 1 }, hour: 3 },
      [],
      { prediction: { id: 1, ts: TS, scores: { a: 1 }, features: { hour: 3 } } },
    ],
    [
      'with columns of other names, and one that is no field here',
      { request: 'r', at: TS, version: 7, out: 'x', truth: 'y' },
      ['id=request', 'ts=at', 'version=', 'prediction=out', 'label=truth'],
      { prediction: { id: 'r', ts: TS, prediction: 'x', features: { version: 7 } }, label: { id: 'r', label: 'y', label_delay: '24h', prediction_ts: TS } },
    ],
  ])('%s', (_, record, overrides, expected) => {
    const found = compileEvents(columns(...overrides), undefined, { delayOf: defaultDelay })(record as Record<string, unknown>)
    const { givenDelay, ...events } = found
    expect(givenDelay).toBe(events.label?.label_delay)
    expect(plain(events)).toEqual(expected)
  }) // prettier-ignore

  test('are of the model that is given, else of the one that the record names', () => {
    const record = { model: 'a', id: 1, ts: TS, label: 'x', prediction: 'x' }
    const models = (given?: string) =>
      (['prediction', 'label'] as const).map(
        (kind) => compileEvents(DEFAULT_COLUMNS, given)(record)[kind]?.model,
      )
    expect([models(), models('b')]).toEqual([['a', 'a'], ['b', 'b']]) // prettier-ignore
  })

  test('a column called __proto__ does no harm', () => {
    const { prediction } = compileEvents(DEFAULT_COLUMNS, 'm')(JSON.parse(`{"id":1,"ts":"${TS}","__proto__":{"x":1},"a":2}`)) // prettier-ignore
    expect(prediction).toMatchObject({ features: { a: 2 } })
    expect(Object.keys(prediction!.features as object)).toEqual(['a'])
  })

  test('whatever it holds, every value of it is in a prediction or a label, and in none twice', () => {
    const key = fc.constantFrom(
      'id',
      'ts',
      'prediction',
      'score',
      'label',
      'version',
      'a',
      'b',
      'constructor',
      'toString',
    )
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ minLength: 1 })), (record) => {
        const { prediction, label } = compileEvents(DEFAULT_COLUMNS, undefined)(record)
        expect(prediction ?? label).toBeDefined()
        for (const [name, value] of Object.entries(record)) {
          const features = (prediction?.features ?? {}) as Record<string, unknown>
          if (name === 'label') expect(label?.label).toBe(value)
          else if (prediction !== undefined) expect(Object.hasOwn(features, name) ? features[name] : prediction[name]).toBe(value) // prettier-ignore
        }
      }),
    )
  })
})

describe('batches', () => {
  const line = (text: string, number = 1): Row => {
    const record = JSON.parse(text) as Record<string, unknown>
    return { number, status: 'record', record, line: text }
  }
  const texts = (rows: Row[], model?: string, needsModel = true, overrides: string[] = []) =>
    compileBatches(
      columns(...overrides),
      model,
      needsModel,
    )(rows).batches.map(({ kind, model, events }) => [kind, model, ...events.map(({ text }) => text)])

  test('lines in our own shape pass as they are, to the last digit', () => {
    const prediction =
      '{ "model":"m", "id": "1", "ts": 1, "features": {"a": 1.00000000000000000001}, "x": 1 }'
    const label = '{"model":"m","id":"1","label":"x","labelled_at":5,"prediction_ts":1}'
    expect(texts([line(prediction), line(label)])).toEqual([
      ['predictions', 'm', prediction],
      ['labels', 'm', label],
    ])
    expect(texts([line(prediction)], 'm')).toEqual([['predictions', 'm', prediction]])
    expect(texts([line(prediction)], 'other')[0][2]).toBe('{"features":{"a":1},"x":1,"model":"other","id":"1","ts":1}') // prettier-ignore
    expect(texts([line(prediction)], 'm', true, ['id=x'])[0][2]).toMatch(/"id":1,/)
  })

  test('go to the model that each row names', () => {
    const rows = ['a', 'b', 'a'].map((model, i) => line(`{"model":"${model}","id":${i},"ts":1}`, i + 1))
    expect(texts(rows).map(([, model, ...events]) => [model, events.length])).toEqual([['a', 2], ['b', 1]]) // prettier-ignore
  })

  test('what cannot be sent is told with its row', () => {
    const rows: Row[] = [
      { number: 3, status: 'unusable', line: 'x', rejection: reject('too_large', 'it has 1000000 bytes') },
      { number: 4, status: 'text', line: 'nope' },
      line('{"id":1,"ts":1}', 5),
    ]
    const sort = compileBatches(DEFAULT_COLUMNS, undefined, true)
    expect(sort(rows)).toEqual({
      batches: [],
      rejected: [
        { row: 3, kind: 'predictions', reason: 'too_large', detail: expect.stringMatching(/1000000 bytes/) },
        { row: 4, kind: 'predictions', reason: 'no_model', detail: expect.stringMatching(/--model/) },
        { row: 5, kind: 'predictions', reason: 'no_model', detail: expect.stringMatching(/--model/) },
      ],
      undated: new Map(),
    })
    expect(texts(rows.slice(1), 'm')).toEqual([['predictions', 'm', 'nope', '{"model":"m","id":1,"ts":1}']])
    expect(texts(rows.slice(1), undefined, false)).toEqual([['predictions', undefined, 'nope', '{"id":1,"ts":1}']]) // prettier-ignore
  })

  test('the intake takes what comes out of a flat row', () => {
    const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
    const [[, , prediction], [, , label]] = texts([line(`{"id":"1","ts":"${TS}","prediction":1,"label":0,"a":2}`)], 'm') // prettier-ignore
    expect(predictionDecoder(model)(JSON.parse(prediction!), Date.parse(TS)).status).toBe('accepted')
    expect(labelDecoder(model)(JSON.parse(label!), Date.parse(TS) + 86_400_001, Date.parse(TS) + 86_400_001)).toMatchObject({ status: 'accepted', label: '0', predictionTs: Date.parse(TS), labelledAt: Date.parse(TS) + 86_400_000 }) // prettier-ignore
  })
})

describe('a cell', () => {
  test.each<[...Parameters<typeof cellReader>, string | null, unknown]>([
    ['id', 'categorical', false, '007', '007'],
    ['id', 'categorical', false, null, undefined],
    ['ts', 'categorical', false, '1767571200', 1767571200],
    ['ts', 'categorical', false, '2026-01-05 00:00:00.000', '2026-01-05 00:00:00.000'],
    ['ts', 'categorical', false, '', undefined],
    ['version', 'categorical', false, '', undefined],
    ['score', 'categorical', false, '6.1e-1', 0.61],
    ['score', 'categorical', false, 'NA', null],
    ['prediction', 'categorical', false, '1', '1'],
    ['prediction', 'categorical', false, '', null],
    ['prediction', 'numeric', false, '1', 1],
    ['label', 'categorical', false, '', undefined],
    ['label', 'categorical', false, null, undefined],
    ['label', 'numeric', false, 'nan', undefined],
    [undefined, 'numeric', false, ' 1e-05 ', 1e-5],
    [undefined, 'numeric', false, '+.5', 0.5],
    [undefined, 'numeric', false, '', null],
    [undefined, 'numeric', false, 'NaN', null],
    [undefined, 'numeric', false, 'True', 1],
    [undefined, 'numeric', false, 'abc', 'abc'],
    [undefined, 'numeric', false, '0x10', '0x10'],
    [undefined, 'numeric', true, '2026-01-05 00:00:00.500', 1767571200.5],
    [undefined, 'numeric', true, '1955-03-02', -468201600],
    [undefined, 'numeric', true, '1970-01-01 00:00:00', 0],
    [undefined, 'numeric', true, '9999-12-31 00:00:00.000000000', 253402214400],
    [undefined, 'numeric', true, 'NaT', 'NaT'],
    [undefined, 'categorical', false, '007', '007'],
    [undefined, 'categorical', false, '', ''],
    [undefined, 'categorical', false, null, null],
  ])('of %s (%s, time: %s) that says %j is %j', (field, kind, isTime, text, expected) => {
    expect(cellReader(field, kind, isTime)(text)).toBe(expected)
  })

  test('of a number is that number', () =>
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(cellReader(undefined, 'numeric', false)(String(number))).toBe(number === 0 ? 0 : number)
      }),
    ))
})

describe('columns', () => {
  test.each<[string[], string[], boolean, RegExp | undefined]>([
    [['id', 'ts', 'a'], [], false, undefined],
    [['id', 'label'], [], false, undefined],
    [['id', 'ts', 'a'], [], true, /--model/],
    [['id', 'ts', 'model'], [], true, undefined],
    [['ts', 'a'], [], false, /--column id=/],
    [['id', 'a'], [], false, /--column ts=/],
    [['id', 'prediction', 'label'], [], false, /--column ts=/],
    [['request', 'ts'], ['id=request'], false, undefined],
    [['id', 'ts'], ['id='], false, /--column id=/],
  ])('%j with %j: %s, %s', (names, overrides, needsModel, problem) => {
    const found = columnProblem(names, { columns: columns(...overrides), needsModel, stated: columnOption })
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(problem)
  })

  test('that are named and are not there are told', () => {
    const problem = (names: string[], ...overrides: string[]) =>
      namingProblem(names, { columns: columns(...overrides), stated: columnOption })
    expect(problem(['id', 'ts'], 'id=ts', 'label=truth')).toMatch(/no column "truth".*by --column label=…/)
    expect(problem(['id', 'truth'], 'version=', 'label=truth')).toBeUndefined()
  })

  test.each(['id', '=x', 'prediciton=x'])('%s cannot be', (text) => {
    expect(() => collectColumn(text)).toThrow(/field=column|did you mean "prediction"\?/)
  })
})

/** A clock that sleeping moves. */
function fakeTime() {
  let now = 0
  const slept: number[] = []
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds)
    now += milliseconds
  }
  return { clock: () => now, sleep, slept, pass: (milliseconds: number) => (now += milliseconds) }
}

describe('the pace', () => {
  test('is never above the rate over a second or more, and reaches it', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20_000 }), fc.array(fc.nat(2_000), { minLength: 20, maxLength: 60 }), async (rate, delays) => {
        const time = fakeTime()
        const pace = createPace(rate, time.clock, time.sleep)
        const rows = rowsAtOnce(rate)
        const sent: { at: number; sum: number }[] = []
        let sum = 0
        for (const delay of delays) {
          await pace(rows)
          sum += rows
          sent.push({ at: time.clock(), sum })
          time.pass(delay)
        }
        for (const [i, from] of sent.entries())
          for (const to of sent.slice(i + 1)) {
            const most = rate * Math.max(1, (to.at - from.at) / 1000) + 1
            expect(to.sum - from.sum).toBeLessThanOrEqual(Math.max(most, rows))
          }
        const busy = delays.every((delay) => delay <= (rows * 1000) / rate)
        if (busy) expect(time.clock() - delays.at(-1)!).toBeCloseTo(((delays.length - 1) * rows * 1000) / rate, 0)
      }),
    )) // prettier-ignore
})

describe('patience', () => {
  const later = (afterSeconds?: number): Attempt<string> => ({
    status: 'later',
    reason: 'busy',
    afterSeconds,
  })
  const done: Attempt<string> = { status: 'done', value: 'x' }
  const attempts = (...outcomes: Attempt<string>[]) => async () => outcomes.length > 1 ? outcomes.shift()! : outcomes[0] // prettier-ignore

  test('waits as long as it is told, else longer each time', async () => {
    const { sleep, slept, clock } = fakeTime()
    const told: [string, number][] = []
    const onWait = (reason: string, seconds: number) => void told.push([reason, seconds])
    expect(await untilDone(attempts(later(), later(), later(7), later(), done), { onWait, sleep, clock })).toBe('x') // prettier-ignore
    expect(slept).toEqual([500, 1000, 7000, 4000])
    expect(told).toEqual([['busy', 0.5], ['busy', 1], ['busy', 7], ['busy', 4]]) // prettier-ignore
  })

  test('ends after ten minutes, with the last reason', async () => {
    const { sleep, clock } = fakeTime()
    const trying = untilDone(attempts(later()), { onWait: () => {}, sleep, clock })
    await expect(trying).rejects.toThrow(new ServiceFailure('Gave up: busy'))
    expect(clock()).toBeGreaterThan(9.5 * 60_000)
    expect(clock()).toBeLessThanOrEqual(10 * 60_000)
  })
})
