/** Values that are not what was declared: each is stored or rejected by itself, and each is said and counted. */
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { rows } from '../../../store/engine/query.ts'
import { silverTables } from '../../../store/events/silver.ts'
import type { Answer } from '../../support/ask.ts'
import { testService, type TestService } from '../../support/service.ts'
import { ROOT } from '../../support/root.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const TS = '2026-01-05T10:15:00Z'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const FEATURES = { hour: 'numeric', amount: 'numeric', origin: 'categorical' } as const

let service: TestService
beforeAll(async () => {
  service = await testService()
})

/** Each test has a model of its own. */
let count = 0
let model = ''
beforeEach(async () => {
  model = await declare()
})
async function declare(extra: object = {}): Promise<string> {
  const name = `m${count++}`
  await service.models.declare(
    modelSchema.parse({ name, task: 'binary', features: FEATURES, ...extra }),
    new Date(),
  )
  return name
}

const send = (body: unknown, headers?: Record<string, string>, kind = 'predictions') =>
  service.call('POST', `/models/${model}/${kind}`, body, headers)
const event = (extra: object = {}) => ({
  id: 'a', ts: TS, features: { hour: 17, amount: 1, origin: 'ORD' }, prediction: 'late', score: 0.6, ...extra,
}) // prettier-ignore
const stored = (select = '*') =>
  rows<Record<string, unknown>>(
    service.store.read,
    `SELECT ${select} FROM ${silverTables(model).predictions} FINAL ORDER BY ALL`,
  )
const quality = (query = 'from=2026-01-01&to=2026-02-01') =>
  service.call('GET', `/models/${model}/quality?${query}`)
const letters = async () => (await service.call('GET', `/dead-letters?model=${model}`)).body.dead_letters

describe('an event that was taken is answered with what is not as it was declared', () => {
  const twice = { hour: 17, amount: 1 }
  test.each<[string, object, object[]]>([
    ['a misspelt feature', { features: { ...twice, orign: 'ORD' } }, [{ field: 'features.orign', reason: 'unknown_feature', example: '"ORD"', resembles: 'origin' }]],
    ['another feature', { features: { ...twice, zip: '8000' } }, [{ field: 'features.zip', reason: 'unknown_feature', example: '"8000"' }]],
    ['features at the top level', { features: undefined, hour: 17, amount: 1 }, [{ field: 'features', reason: 'no_declared_feature', example: '[]' }, { field: 'hour', reason: 'feature_at_top_level', example: '17', resembles: 'features.hour' }, { field: 'amount', reason: 'feature_at_top_level', example: '1', resembles: 'features.amount' }]],
    ['only features that nobody declared', { features: { x: 1 } }, [{ field: 'features.x', reason: 'unknown_feature', example: '1' }, { field: 'features', reason: 'no_declared_feature', example: '["x"]' }]],
    ['no features', { features: {} }, [{ field: 'features', reason: 'no_declared_feature', example: '[]' }]],
    ['a number as text', { features: { ...twice, hour: '5' } }, [{ field: 'features.hour', reason: 'text_for_number', example: '"5"' }]],
    ['text for a number', { features: { ...twice, hour: 'forty' } }, [{ field: 'features.hour', reason: 'text_for_number', example: '"forty"' }]],
    ['a list for a number', { features: { ...twice, hour: [5] } }, [{ field: 'features.hour', reason: 'nested_value', example: '[5]' }]],
    ['an object for a category', { features: { ...twice, origin: { a: 1 } } }, [{ field: 'features.origin', reason: 'nested_value', example: '{"a":1}' }]],
    ['a category that is a payload', { features: { ...twice, origin: 'x'.repeat(5000) } }, [{ field: 'features.origin', reason: 'too_long', example: `"${'x'.repeat(99)}…` }]],
    ['a score beyond 1', { score: 7 }, [{ field: 'score', reason: 'out_of_range', example: '7' }]],
    ['a negative score', { score: -0.1 }, [{ field: 'score', reason: 'out_of_range', example: '-0.1' }]],
    ['a score that is a list', { score: [0.4, 0.6] }, [{ field: 'score', reason: 'nested_value', example: '[0.4,0.6]' }]],
    ['a score that is text', { score: '0.5' }, [{ field: 'score', reason: 'text_for_number', example: '"0.5"' }]],
    ['a score that is true', { score: true }, [{ field: 'score', reason: 'boolean_for_number', example: 'true' }]],
    ['no prediction at all', { prediction: undefined, score: null }, [{ field: 'prediction', reason: 'no_prediction', example: '' }]],
    ['a version that is a number', { version: 3.1 }, [{ field: 'version', reason: 'number_for_text', example: '3.1' }]],
    ['a misspelt key', { scroe: 0.4 }, [{ field: 'scroe', reason: 'unknown_key', example: '0.4', resembles: 'score' }]],
    ['an unknown key', { request: { trace: 'abc' } }, [{ field: 'request', reason: 'unknown_key', example: '{"trace":"abc"}' }]],
    ['a misspelt feature at the top level', { hout: 17 }, [{ field: 'hout', reason: 'unknown_key', example: '17', resembles: 'features.hour' }]],
    ['scores that are percentages', { scores: { late: 60, early: 40 } }, [{ field: 'scores', reason: 'out_of_range', example: '{"late":60,"early":40}' }]],
    ['scores that do not sum to 1', { scores: { late: 0.9, early: 0.9 } }, [{ field: 'scores', reason: 'scores_normalised', example: '{"late":0.9,"early":0.9}' }]],
    ['scores that lack one', { scores: { late: 0.9, early: null } }, [{ field: 'scores', reason: 'scores_incomplete', example: '{"late":0.9,"early":null}' }]],
    ['scores that are all zero', { scores: { late: 0, early: 0 } }, [{ field: 'scores', reason: 'scores_incomplete', example: '{"late":0,"early":0}' }]],
    ['scores that are a list', { scores: [0.1, 0.9] }, [{ field: 'scores', reason: 'nested_value', example: '[0.1,0.9]' }]],
    ['__proto__', JSON.parse('{"__proto__":{"score":1}}') as object, [{ field: '__proto__', reason: 'unknown_key', example: '{"score":1}' }]],
  ])('%s', async (_, extra, warnings) => {
    const answer = await send([event(extra)])
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      accepted: 1,
      rejected: 0,
      rejections: [],
      warnings: warnings.map((warning) => ({ count: 1, ...warning })),
    })
  }) // prettier-ignore

  test('a clean one has no warning, with true for a number, null and an empty category too', async () => {
    const clean = [
      event(),
      event({ id: 'b', features: { hour: true, amount: null, origin: '' } }),
      event({ id: 'c', version: '3', prediction: null, score: 1 }),
      event({ id: 'd', model, score: null, scores: { late: 0.6, early: 0.4 } }),
    ]
    expect((await send(clean)).body).toEqual({ accepted: 4, rejected: 0, rejections: [], warnings: [] })
    expect((await quality()).body.problems).toEqual([])
  })

  test('counted over all batches, the most frequent first, and no more than a hundred', async () => {
    const many = Array.from({ length: 45_000 }, (_, i) =>
      event({ id: `n${i}`, features: { hour: i % 3 === 0 ? 'x' : 1, [`k${i % 300}`]: i } }),
    )
    const { body } = await send(many.map((one) => JSON.stringify(one)).join('\n'), NDJSON)
    expect(body.accepted).toBe(45_000)
    expect(body.warnings).toHaveLength(100)
    expect(body.warnings[0]).toMatchObject({ field: '*', reason: 'unknown_feature' })
    expect(body.warnings[1]).toMatchObject({
      field: 'features.hour',
      reason: 'text_for_number',
      count: 15_000,
    })
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    expect(metrics).toContain(
      `driftgauge_intake_input_problems_total{model="${model}",field="features.hour",reason="text_for_number"} 15000`,
    )
    expect(metrics).toContain(`{model="${model}",field="(undeclared)",reason="unknown_feature"} 45000`)
    expect(metrics).not.toContain('features.k1"')
  })

  test('a label of a key that is unknown', async () => {
    const answer = await send(
      [{ id: 'a', label: 'late', prediction_ts: TS, labeled_at: TS }],
      undefined,
      'labels',
    )
    expect(answer.body.warnings).toEqual([
      { field: 'labeled_at', reason: 'unknown_key', count: 1, example: `"${TS}"`, resembles: 'labelled_at' },
    ])
  })

  test('a class that the baseline does not have', async () => {
    const history = Array.from({ length: 40 }, (_, i) =>
      event({ id: `h${i}`, prediction: i % 2 ? 'late' : 'early' }),
    )
    await send(history)
    const window = { from: '2026-01-05T10:00:00Z', to: '2026-01-05T11:00:00Z' }
    expect((await service.call('POST', `/models/${model}/baselines`, { name: 'b', window })).status).toBe(201)
    const later = await testedAgain(() =>
      send([event({ id: 'new', prediction: 'lat' }), event({ id: 'old' })]),
    )
    expect(later.body.warnings).toEqual([
      { field: 'prediction', reason: 'unseen_class', count: 1, example: '"lat"' },
    ])
  })
})

/** Classes are remembered for a while, so that a baseline that was just made is not known at once. */
async function testedAgain(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = 40; ; left--) {
    const answer = await ask()
    if (answer.body.warnings.length > 0 || left === 0) return answer
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

describe('over time', () => {
  test('problems are answered by field, reason and hour, with the newest example', async () => {
    const at = (hour: number) => new Date(START + hour * HOUR).toISOString()
    await send([
      event({ id: '1', ts: at(1), features: { hour: '5', amount: 1 } }),
      event({ id: '2', ts: at(3), features: { hour: '6', amount: 1 } }),
    ])
    await send([event({ id: '3', ts: at(3), features: { hour: '<b>7</b>', hout: 1 }, score: 7 })])
    const { status, body } = await quality()
    expect(status).toBe(200)
    expect(body.problems).toEqual([
      {
        field: 'features.hour', reason: 'text_for_number', count: 3, example: '"<b>7</b>"', last_received: expect.any(String),
        hours: [{ hour: at(1), count: 1 }, { hour: at(3), count: 2 }],
      },
      { field: 'features.hout', reason: 'unknown_feature', count: 1, example: '1', resembles: 'hour', last_received: expect.any(String), hours: [{ hour: at(3), count: 1 }] },
      { field: 'score', reason: 'out_of_range', count: 1, example: '7', last_received: expect.any(String), hours: [{ hour: at(3), count: 1 }] },
    ]) // prettier-ignore
    const fields = async (query: string) =>
      ((await quality(query)).body.problems as { field: string }[]).map(({ field }) => field)
    expect(await fields(`from=2026-01-05&to=2026-01-06&field=features.hour`)).toEqual(['features.hour', 'features.hout']) // prettier-ignore
    expect(await fields(`from=2026-01-05&to=2026-01-06&field=${encodeURIComponent("x' OR 1=1 --")}`)).toEqual([]) // prettier-ignore
    expect(await fields(`from=${at(1)}&to=${at(2)}`)).toEqual(['features.hour'])
    expect(await fields('from=2026-01-06&to=2026-01-07')).toEqual([])
    expect((await service.call('GET', '/models/nobody/quality')).status).toBe(404)
  })

  test('a verdict on a column without values says what came in their place', async () => {
    const hours = (from: number, n: number, features: (i: number) => object) =>
      Array.from({ length: n }, (_, i) =>
        JSON.stringify(event({ id: `${from}-${i}`, ts: START + (from + (i % 24)) * HOUR, features: features(i) })),
      ).join('\n') // prettier-ignore
    await send(
      hours(0, 1200, (i) => ({ hour: i % 24, amount: i % 50, origin: `o${i % 5}` })),
      NDJSON,
    )
    const window = { from: new Date(START), to: new Date(START + 24 * HOUR) }
    await service.call('POST', `/models/${model}/baselines`, { name: 'b', window })
    await send(
      hours(24, 1200, (i) => ({ hour: String(i % 24), amuont: i % 50, origin: `o${i % 5}` })),
      NDJSON,
    )
    const declared = (await service.models.find(model))!
    await rollup({
      store: service.store,
      model: declared,
      now: new Date(),
      nextGeneration: generationClock(),
    })
    await service.call('POST', '/monitors', { name: model, model, window: '24h', every: '24h' })
    const asOf = new Date(START + 49 * HOUR).toISOString()
    expect((await service.call('POST', `/monitors/${model}/run`, { asOf })).status).toBe(200)
    const { results } = (await service.call('GET', `/models/${model}/results?from=2026-01-01&to=2026-02-01`))
      .body as { results: Record<string, string>[] }
    const said = Object.fromEntries(results.map(({ column, explanation }) => [column, explanation]))
    expect(said.hour).toBe(
      'None of the 1,200 rows in the window has a usable value. 1,200 of the 1,200 missing values arrived as text, such as "0", but a number is declared.',
    )
    expect(said.amount).toMatch(/1,200 rows had "amuont", which is not declared but has a similar name\.$/)
    expect(said.origin).not.toMatch(/came as|resembles/)
  })
})

describe('JSON as Python writes it', () => {
  const lines = readFileSync(join(ROOT, 'test/fixtures/cases/08-inf-nan/rows.ndjson'), 'utf8')
  /** The rows as events: `ratio` and `c` are amount and origin. */
  const events = lines
    .trim()
    .split('\n')
    .map((line, i) => `{"id":"${i}","ts":"${TS}","prediction":1,"features":${line.replace('"ratio"', '"amount"').replace('"c"', '"origin"')}}`) // prettier-ignore

  test.each<[string, string, Record<string, string>]>([
    ['an array', `[${events.join(',')}]`, {}],
    ['lines', events.join('\n'), NDJSON],
  ])('%s with NaN and Infinity: they are missing', async (_, body, headers) => {
    expect((await send(body, headers)).body).toEqual({
      accepted: 90,
      rejected: 0,
      rejections: [],
      warnings: [],
    })
    expect(await stored('count() AS n, countIf(isNull(f_amount)) AS missing, countIf(isNull(f_origin)) AS other')).toEqual([{ n: 90, missing: 10, other: 0 }]) // prettier-ignore
  })

  test('one object, with NaN as a score and as a prediction', async () => {
    const body = `{"id":"a","ts":"${TS}","features":{"hour":-Infinity,"origin":"NaN"},"prediction":NaN,"score":NaN}`
    expect((await send(body)).body.accepted).toBe(1)
    expect(await stored('f_hour, f_origin, prediction, score')).toEqual([
      { f_hour: null, f_origin: 'NaN', prediction: null, score: null },
    ])
  })

  test('a label of a regression that is NaN is none', async () => {
    model = await declare({ task: 'regression' })
    const body = `[{"id":"a","label":NaN,"prediction_ts":"${TS}"},{"id":"b","label":2.5,"prediction_ts":"${TS}"}]`
    expect((await send(body, {}, 'labels')).body).toMatchObject({ accepted: 2, rejected: 0 })
    const found = await rows(service.store.read, `SELECT id, label FROM ${silverTables(model).labels} FINAL ORDER BY id`) // prettier-ignore
    expect(found).toEqual([{ id: 'a', label: null }, { id: 'b', label: 2.5 }]) // prettier-ignore
  })

  test('whole numbers beyond 2^53 keep their digits as ids and categories; -0 is 0', async () => {
    const text = (id: string, features: string) =>
      `{"id":${id},"ts":"${TS}","prediction":1,"features":${features}}`
    const body = [
      text('9007199254740993', '{"origin":9007199254740993,"hour":9007199254740993,"amount":-0.0}'),
      text('9007199254740992', '{"origin":9007199254740992,"hour":-0,"amount":1}'),
      text('"z"', '{"origin":-0.0,"hour":1}'),
    ]
    expect((await send(`[${body.join(',')}]`)).body).toMatchObject({ accepted: 3, warnings: [] })
    await send(body.join('\n'), NDJSON)
    expect(
      await stored('id, f_origin, f_hour, 1 / f_hour > 0 AS above, 1 / f_amount > 0 AS positive'),
    ).toEqual([
      { id: '9007199254740992', f_origin: '9007199254740992', f_hour: 0, above: 1, positive: 1 },
      { id: '9007199254740993', f_origin: '9007199254740993', f_hour: 2 ** 53, above: 1, positive: 1 },
      { id: 'z', f_origin: '0', f_hour: 1, above: 1, positive: null },
    ])
  })
})

const at = (id: string, rest: string) => `{"id":"${id}","ts":"${TS}","prediction":"late",${rest}}`
const good = JSON.stringify(event({ id: 'good' }))
const broken = [
  at('python', '"features":{"hour":None}'),
  at('cut', '"features":{"hour":}'),
  `{'id':'quotes'}`,
  '{"id":"u","ts":undefined}',
]

describe('one bad row never rejects the others', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  const taken = [
    at('1e400', '"features":{"hour":1e400,"amount":-1e400}'),
    at('deep', `"features":{"hour":${deep},"amount":1}`),
    at('half', '"features":{"origin":"\\ud800","hour":1}'),
    at('twice', '"features":{"hour":1,"hour":2}'),
    at('proto', '"features":{"__proto__":{"hour":1},"hour":3},"__proto__":{"score":1}'),
    at('huge', `"features":{"origin":"${'x'.repeat(900_000)}","hour":1}`),
    at('null', '"features":{"hour":1,"origin":"\\u0000"}'),
  ]

  test.each<[string, string, Record<string, string>]>([
    ['an array', `[${[good, ...taken, ...broken].join(',\n')}]`, {}],
    ['lines', [good, ...taken, ...broken].join('\n'), NDJSON],
    ['lines that are called JSON', [good, ...taken, ...broken].join('\n'), {}],
  ])('in %s', async (form, body, headers) => {
    const answer = await send(body, headers)
    expect(answer.body).toMatchObject({ accepted: 8, rejected: 4 })
    const what = form !== 'an array' ? (i: number) => `line ${i + 1} is` : (i: number) => `element ${i} is`
    expect(answer.body.rejections).toEqual(
      broken.map((_, i) => ({
        index: 8 + i,
        reason: 'not_json',
        detail: expect.stringContaining(what(8 + i)),
      })),
    )
    expect(answer.body.warnings).toContainEqual({ field: 'features.amount', reason: 'not_finite', count: 1, example: 'null' }) // prettier-ignore
    expect(await stored('id')).toHaveLength(8)
    expect(await stored("f_hour AS x").then((found) => found.length)).toBe(8) // prettier-ignore
    const payloads = ((await letters()) as { payload: string }[]).map(({ payload }) => payload).sort()
    expect(payloads).toEqual([...broken].sort())
  })
})

test('lines that are called JSON may begin with the bad ones', async () => {
  const body = [...broken, '{"id":', 'nothing', good].join('\n')
  expect((await send(body)).body).toMatchObject({ accepted: 1, rejected: 6 })
  expect((await send('[\n{"id":"cut"},\n{"id":"off"}\n')).body).toMatchObject({ accepted: 0, rejected: 1 })
})

describe('scores', () => {
  test('just outside of 0 to 1 are 0 and 1; class scores are shares of 1', async () => {
    const body = [
      event({ id: 'a', score: 1.0000001 }),
      event({ id: 'b', score: -9e-7, scores: { late: 0.3333, early: 0.3333, other: 0.3333 } }),
      event({ id: 'c', score: 1.0001, scores: { late: 2 / 3, early: 1 / 3 } }),
      event({ id: 'd', scores: { late: 0.9, early: 0.9 } }),
      // One divided by their sum is infinite.
      event({ id: 'e', scores: { late: 5e-324, early: 0 } }),
    ]
    const { warnings } = (await send(body)).body
    expect(warnings.map(({ field, reason }: Record<string, string>) => [field, reason])).toEqual([
      ['scores', 'scores_normalised'],
      ['score', 'out_of_range'],
    ])
    const found = await stored('id, score, scores')
    expect(found.map(({ score }) => score)).toEqual([1, 0, null, 0.6, 0.6])
    const [, thirds, exact, halves, smallest] = found.map(({ scores }) => scores as Record<string, number>)
    expect(thirds.late).toBeCloseTo(1 / 3, 12)
    expect(exact).toEqual({ late: 2 / 3, early: 1 / 3 })
    expect(halves).toEqual({ late: 0.5, early: 0.5 })
    expect(smallest).toEqual({ late: 1, early: 0 })
  })
})

describe('times', () => {
  test('as databases write them are taken, without a zone they are refused with the way out', async () => {
    const times = ['2026-01-05 10:15:00.12345+00', '2026-01-05 10:15:00 UTC', '20260105T101500Z', 1767608100, 1767608100123456, '1767608100'] // prettier-ignore
    expect((await send(times.map((ts, i) => event({ id: `${i}`, ts })))).body).toMatchObject({ accepted: 6, warnings: [] }) // prettier-ignore
    const answer = await send([event({ ts: '2026-01-05 10:15:00' }), event({ ts: '2026-01-05' })])
    expect(answer.body.rejections).toMatchObject([
      { reason: 'bad_ts', detail: expect.stringMatching(/no time zone: add "Z".*--timezone/) },
      { reason: 'bad_ts', detail: expect.stringMatching(/date without a time of day/) },
    ])
  })

  test('more than an hour ahead are dead letters, which can be replayed once their time has come', async () => {
    const soon = new Date(Date.now() + HOUR + 3_000).toISOString()
    const label = { id: 'a', label: 'late', labelled_at: '2999-01-01T00:00:00Z' }
    const ahead = [event({ id: 'near', ts: Date.now() + 0.9 * HOUR }), event({ id: 'far', ts: soon })]
    const answer = await send(ahead)
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejections: [{ index: 1, reason: 'future_ts', detail: expect.stringMatching(/"ts" is .* more than an hour ahead of the clock/) }],
    }) // prettier-ignore
    expect((await send([{ ...label, labelled_at: soon }], {}, 'labels')).body.rejections).toMatchObject([{ reason: 'future_ts' }]) // prettier-ignore
    expect((await send([label], {}, 'labels')).body.rejections).toMatchObject([{ reason: 'bad_labelled_at' }])
    const [letter] = ((await letters()) as Record<string, string>[]).filter(({ payload }) => payload.includes('"far"')) // prettier-ignore
    expect(letter).toMatchObject({ reason: 'future_ts', source: 'http:predictions' })
    const replay = () => service.call('POST', `/dead-letters/${letter.id}/replay`)
    expect((await replay()).status).toBe(422)
    await new Promise((resolve) => setTimeout(resolve, 3_500))
    expect((await replay()).status).toBe(200)
    expect(await stored('id')).toHaveLength(2)
  })
})
