import { beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { readProfiles } from '../../../store/profiles/profiles.ts'
import { featureFindings } from '../../../store/events/quality.ts'
import { ask } from '../../support/ask.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const [FIRST, SECOND, END] = [0, 24, 48].map((hours) => new Date(START + hours * HOUR))

/** Names that mean something to JavaScript, to SQL, to our own tables or to nobody. */
const NAMES = [
  'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'prototype', 'then', 'id', 'ts', 'version', 'received_at', 'prediction', 'score',
  'scores', 'label', 'invalid', 'unknown', 'hour', 'model', 'role', 'column', 'counts', 'slot0', 'value0', 'counts0', 'group_version',
  '0', '-1', '1e3', '😀', 'é漢', '\u202e', 'a.b', 'a b', '`', "'", '"', '\\', '\\`', '{x:UInt8}', '?', '--', '/*', ';', '%', '$1', '*', '.', ' ',
  '\n', '\0', 'f_', 'x'.repeat(200), ...Array.from({ length: 250 }, (_, i) => `feature ${i}`),
] // prettier-ignore

const nextGeneration = generationClock()
let service: TestService
beforeAll(async () => {
  service = await testService()
})

const settled = async (name: string) => {
  const model = (await service.models.find(name))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration })
  return model
}

test(`${NAMES.length} features of hostile names go all the way: stored, profiled, compared and read`, async () => {
  const kind = (i: number) => (i % 2 ? 'categorical' : 'numeric')
  const features = Object.fromEntries(NAMES.map((name, i) => [name, kind(i)]))
  expect((await service.call('POST', '/models', { name: 'names', task: 'binary', features })).status).toBe(
    201,
  )
  // The second day is the first one moved, in every feature.
  const rows = Array.from({ length: 600 }, (_, k) => {
    const moved = k >= 300
    const value = (i: number) =>
      kind(i) === 'numeric' ? (k % 10) + (moved ? 100 : 0) : `${moved ? 'new' : 'old'} ${k % 3}`
    const at = new Date((moved ? SECOND : FIRST).getTime() + (k % 24) * HOUR).toISOString()
    return {
      id: `r${k}`,
      ts: at,
      features: Object.fromEntries(NAMES.map((name, i) => [name, value(i)])),
      prediction: 'a',
      score: 0.5,
    }
  })
  const answer = await service.call(
    'POST',
    '/models/names/predictions',
    rows.map((row) => JSON.stringify(row)).join('\n'),
    {
      'content-type': 'application/x-ndjson',
    },
  )
  expect(answer.body).toEqual({ accepted: 600, rejected: 0, rejections: [], warnings: [] })
  expect(await featureFindings(service.store, 'names', FIRST, END)).toEqual([])

  const window = { from: FIRST.toISOString(), to: SECOND.toISOString() }
  const created = await service.call('POST', '/models/names/baselines', { window })
  expect([created.status, created.body.rows]).toEqual([201, 300])
  expect((await service.call('POST', '/models/names/baselines/1/activate')).status).toBe(200)
  const model = await settled('names')
  expect(model.features.map(({ name }) => name).sort()).toEqual([...NAMES].sort())
  const profiles = await readProfiles(service.store, 'names', created.body.binning as string, SECOND, END)
  const counted = profiles.filter(({ role }) => role === 'feature')
  expect(counted).toHaveLength(NAMES.length)
  expect(
    counted.filter(({ counts }) => counts[0] !== 0 || counts.reduce((sum, n) => sum + n) !== 300),
  ).toEqual([])

  const monitor = monitorSchema.parse({ name: 'all', model: 'names', window: '24h' })
  await runAgainst((await chosenReference(service.store, model, monitor))!, {
    store: service.store,
    model,
    monitor,
    stream: 'predictions',
    end: END,
    now: new Date(),
    codeVersion: 'test',
  })
  const found = await service.call(
    'GET',
    `/models/names/results?from=${FIRST.toISOString()}&to=${END.toISOString()}`,
  )
  const results = found.body.results as { kind: string; column: string; verdict: string }[]
  const verdicts = new Map(
    results.filter((result) => result.kind === 'feature').map(({ column, verdict }) => [column, verdict]),
  )
  expect([...verdicts.keys()].sort()).toEqual([...NAMES].sort())
  expect([...verdicts].filter(([, verdict]) => verdict !== 'critical')).toEqual([])
  for (const name of ['😀', "'", '\\', 'a b', '\0', '%', '__proto__', 'none']) {
    const one = await service.call(
      'GET',
      `/models/names/results?to=${END.toISOString()}&kind=feature&column=${encodeURIComponent(name)}`,
    )
    expect([one.status, one.body.results.length], name).toEqual([200, NAMES.includes(name) ? 1 : 0])
  }
  expect((await ask(`${service.url}/readyz`)).body).toEqual({ status: 'ready', reasons: [], warnings: [] })
})

describe('declaring a model', () => {
  const declare = (body: unknown) => service.call('POST', '/models', body)

  test.each<[string, unknown, RegExp]>([
    ['no name', { task: 'binary', features: {} }, /name/],
    ['a name that is a path', { name: '../x', task: 'binary', features: {} }, /letters, digits/],
    ['a name with a star', { name: 'a*', task: 'binary', features: {} }, /letters, digits/],
    ['an unknown task', { name: 'x', task: 'ranking', features: {} }, /task/],
    ['an unknown key', { name: 'x', task: 'binary', features: {}, colour: 1 }, /colour/],
    ['an unknown kind', { name: 'x', task: 'binary', features: { a: 'text' } }, /features\.a.*numeric/],
    [
      'a segment that is no feature',
      { name: 'x', task: 'binary', features: {}, segments: ['toString'] },
      /toString/,
    ],
    ['features as a list', { name: 'x', task: 'binary', features: ['a'] }, /features/],
    ['no features', { name: 'x', task: 'binary' }, /features/],
    ['a feature without a name', { name: 'x', task: 'binary', features: { '': 'numeric' } }, /features/],
    [
      'a feature of half a character',
      { name: 'x', task: 'binary', features: { 'a\ud800': 'numeric' } },
      /surrogate/,
    ],
    ['a list', [], /must be a mapping/],
    ['text', '"x"', /must be a mapping/],
    ['no JSON', '{', /JSON/],
    ['nothing', '', /JSON/],
  ])('with %s is refused', async (_, body, reason) => {
    const answer = await declare(body)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(reason)])
  })

  test('with a feature called __proto__ is refused, not taken without it', async () => {
    const answer = await declare(
      '{"name":"p","task":"binary","features":{"__proto__":"numeric","a":"numeric"}}',
    )
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(/__proto__/)])
    expect(
      (await declare('{"name":"p","task":"binary","features":{},"__proto__":{"positive":"x"}}')).body
        .positive,
    ).toBeUndefined()
    expect(({} as Record<string, unknown>).positive).toBeUndefined()
  })

  test('again with more or fewer features keeps what is stored', async () => {
    const send = (id: string, features: object) =>
      service.call('POST', '/models/grow/predictions', [{ id, ts: START, features }])
    await declare({ name: 'grow', task: 'binary', features: { a: 'numeric' } })
    expect((await send('1', { a: 1, b: 'x' })).body).toMatchObject({ accepted: 1 })
    expect(
      (await declare({ name: 'grow', task: 'binary', features: { a: 'numeric', b: 'categorical' } })).status,
    ).toBe(200)
    expect((await send('2', { a: 1, b: 'x' })).body).toMatchObject({ accepted: 1 })
    expect((await declare({ name: 'grow', task: 'binary', features: { b: 'categorical' } })).status).toBe(200)
    expect((await send('3', { a: 'anything', b: 'x' })).body).toMatchObject({ accepted: 1 })
    expect(await featureFindings(service.store, 'grow', FIRST, SECOND)).toEqual([
      { finding: 'unknown_feature', feature: 'a', rows: 1 },
      { finding: 'unknown_feature', feature: 'b', rows: 1 },
    ])
  })

  test('again with another kind is refused, and the intake goes on', async () => {
    await declare({ name: 'fixed', task: 'binary', features: { a: 'numeric' } })
    for (const change of [
      { features: { a: 'categorical' } },
      { features: { a: 'numeric' }, task: 'regression' },
    ]) {
      const answer = await declare({ name: 'fixed', task: 'binary', ...change })
      expect([answer.status, answer.body.detail]).toEqual([
        409,
        expect.stringMatching(/"(a|prediction)".*another name/),
      ])
    }
    expect((await service.call('GET', '/models/fixed')).body).toMatchObject({
      task: 'binary',
      features: { a: 'numeric' },
    })
    const answer = await service.call('POST', '/models/fixed/predictions', [
      { id: '1', ts: START, features: { a: 'abc' } },
    ])
    expect(answer.body).toMatchObject({ accepted: 1 })
    expect((await declare({ name: 'fixed', task: 'multiclass', features: { a: 'numeric' } })).status).toBe(
      200,
    )
  })
})

test.each([
  'from=1900-01-01',
  'to=9999-12-31',
  'from=9999-01-01&to=1900-01-01',
  'column=%00',
  `column=${encodeURIComponent("' OR 1=1 --")}`,
])('results of %s are none, not an error', async (query) => {
  await service.call('POST', '/models', { name: 'quiet', task: 'binary', features: {} })
  const answer = await service.call('GET', `/models/quiet/results?${query}`)
  expect([answer.status, answer.body]).toEqual([200, { results: [] }])
})

test.each(['from=yesterday', 'limit=0', 'limit=2001', 'limit=x', 'column=a&column=b'])(
  'results of %s are refused',
  async (query) => {
    expect((await service.call('GET', `/models/quiet/results?${query}`)).status).toBe(400)
  },
)
