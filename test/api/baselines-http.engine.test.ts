import { readdirSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import type { Baseline } from '../../control/declared/baselines.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import { rows } from '../../store/engine/query.ts'
import type { Answer } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

const CSV = 'text/csv'
const NDJSON = 'application/x-ndjson'
const PARQUET = 'application/vnd.apache.parquet'

let service: TestService
let name = ''
let made = 0
beforeAll(async () => {
  service = await testService()
})
beforeEach(async () => {
  name = `m${++made}`
  await declare({ features: { a: 'numeric', c: 'categorical' } })
})

const declare = (declaration: object) =>
  service.call('POST', '/models', { name, task: 'binary', ...declaration })
const upload = (body: string | Uint8Array, type = CSV, headers: Record<string, string> = {}) =>
  service.call('POST', `/models/${name}/baselines?name=up`, body, { 'content-type': type, ...headers })
const list = async () =>
  (await service.call('GET', `/models/${name}/baselines`)).body as {
    baselines: Baseline[]
    active: number | null
    bound: { version: string; baseline: number }[]
  }

async function columns(): Promise<Record<string, BaselineColumn>> {
  const model = (await service.models.find(name))!
  const { baselines } = await list()
  return Object.fromEntries(
    (await baselineColumns(service.store, model, baselines.at(-1)!)).map((column) => [column.name, column]),
  )
}

function expectProblem(answer: Answer, status: number, detail: RegExp): void {
  expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)])
  expect(answer.headers.get('content-type')).toMatch(/problem\+json/)
  expect(answer.body.detail).not.toContain(service.directory)
}

async function parquet(select: string): Promise<Buffer> {
  const { stream } = await service.store.read.exec({ query: `${select} FORMAT Parquet` })
  return buffer(stream)
}

/** Files in the directories that processes keep theirs in. */
const leftInSpool = () =>
  readdirSync(join(service.directory, 'spool'), { recursive: true }).filter((name) =>
    String(name).includes('/'),
  )

describe('an uploaded file', () => {
  const table = [
    { a: 1, c: 'x', label: 'yes', prediction: 1, score: 0.5, other: 1 },
    { a: 2.5, c: 'é 😀', label: 'no', prediction: 0, score: 0.25, other: 2 },
    { a: null, c: null, label: 'no', prediction: 1, score: 1, other: 3 },
  ]
  const csv =
    'a,c,label,prediction,score,other\n1,x,yes,true,0.5,1\n2.5,"é 😀",no,false,0.25,2\n,,no,1.0,1,3\n'
  const select = `SELECT tupleElement(t, 1) AS a, tupleElement(t, 2) AS c, tupleElement(t, 3) AS label, tupleElement(t, 4) AS prediction,
    tupleElement(t, 5) AS score, tupleElement(t, 6) AS other FROM (SELECT arrayJoin([
      (1::Nullable(Float64), 'x'::Nullable(String), 'yes', true, 0.5, 1), (2.5, 'é 😀', 'no', false, 0.25, 2), (NULL, NULL, 'no', true, 1.0, 3)]) AS t)`

  test('that lacks features or has other columns is taken, and the answer names them', async () => {
    const answer = await upload('a,C,other,id,label\n1,x,5,i,yes\n2,y,6,j,no\n')
    expect([answer.status, answer.body.missing, answer.body.unused]).toEqual([201, ['c'], ['C', 'other']])
    const whole = await upload(csv)
    expect([whole.body.missing, whole.body.unused]).toEqual([[], ['other']])
  })

  test('with decimal commas under semicolons is read as it is meant, and other text is counted', async () => {
    const answer = await upload('a;c\n1,5;x\n-2,25;y\nkaputt;y\n')
    expect(answer.body).toMatchObject({ rows: 3, invalid: [{ column: 'a', count: 1, example: 'kaputt' }] })
    expect((await list()).baselines.at(-1)!.invalid).toEqual({ a: 1 })
    const { a, c } = await columns()
    expect(a.binning).toMatchObject({ groups: { by: 'value', values: [-2.25, 1.5] } })
    expect(a.profile.counts[0]).toBe(1)
    expect(c.binning).toMatchObject({ categories: ['y', 'x'] })
  })

  test('is counted alike as CSV, packed CSV, TSV, NDJSON and Parquet', async () => {
    const ndjson = table.map((row) => JSON.stringify(row)).join('\n')
    const answers = [
      await upload(csv),
      await upload(gzipSync(csv), CSV, { 'content-encoding': 'gzip' }),
      await upload(
        csv.replaceAll('"', '').replaceAll(',', '\t').replace('\n\t\t', '\n\\N\t\\N\t'),
        'text/tab-separated-values',
      ),
      await upload(ndjson, `${NDJSON}; charset=utf-8`),
      await upload(await parquet(select), PARQUET),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(answers.map(({ body }) => [body.version, body.rows, body.name])).toEqual(
      [1, 2, 3, 4, 5].map((i) => [i, 3, 'up']),
    )
    expect(new Set(answers.map(({ body }) => body.hash as string)).size).toBe(1)
    const { a, c, prediction, score, label } = await columns()
    expect(a.profile.counts[0]).toBe(1)
    expect(c.binning).toMatchObject({ categories: ['x', 'é 😀'], singletons: 2 })
    expect(c.profile.counts).toEqual([1, 1, 1, 0])
    expect(prediction.binning).toMatchObject({ categories: ['1', '0'] })
    expect(score.profile.counts.reduce((sum, n) => sum + n)).toBe(3)
    expect(label.binning).toMatchObject({ categories: ['no', 'yes'] })
    const { baselines, active } = await list()
    expect(baselines.map(({ invalid }) => invalid)).toEqual(baselines.map(() => ({})))
    expect(active).toBe(1)
    expect(leftInSpool()).toEqual([])
    expect(
      await rows(service.store.read, `SELECT name FROM system.tables WHERE name LIKE 'staging%'`),
    ).toEqual([])
  })

  test.each<[string, string | Uint8Array, string, RegExp]>([
    ['empty', '', CSV, /empty/],
    ['of a heading alone', 'a,c\n', CSV, /./],
    ['without a column of the model', 'z,y\n1,2\n', CSV, /columns/],
    ['with a column twice', 'a,a\n1,2\n', CSV, /"a"/],
    ['of lines that are no JSON', '{"a":1}\nnope\n', NDJSON, /./],
    ['that is no Parquet', 'PAR1 and more PAR1', PARQUET, /./],
    ['of noise', new Uint8Array(5000).map((_, i) => (i * 7919) % 251), PARQUET, /./],
  ])('%s is refused with the reason, and nothing is left of it', async (_, body, type, reason) => {
    expectProblem(await upload(body, type), 422, reason)
    expect(await list()).toEqual({ baselines: [], active: null, bound: [], pending: [] })
    expect(leftInSpool()).toEqual([])
    expect((await upload('a\n1\n')).status).toBe(201)
  })

  test('that is damaged on the way is refused', async () => {
    expectProblem(await upload(Buffer.from('hello'), CSV, { 'content-encoding': 'gzip' }), 400, /gzip/)
    expectProblem(
      await service.call('POST', '/models/nobody/baselines', 'a\n1\n', { 'content-type': CSV }),
      404,
      /no model/,
    )
    expectProblem(
      await service.call('POST', `/models/${name}/baselines?name=`, 'a\n1\n', { 'content-type': CSV }),
      400,
      /name/,
    )
  })

  test('of one row', async () => {
    expect((await upload('a,c\n5,x\n')).body).toMatchObject({ rows: 1 })
    const { a, c } = await columns()
    expect(a.profile.counts.reduce((sum, n) => sum + n)).toBe(1)
    expect(a.binning).toMatchObject({ centre: 5, groups: { by: 'value', values: [5] } })
    expect(c.profile.counts).toEqual([0, 1, 0])
  })

  test('of nothing but missing values, and of one value', async () => {
    expect((await upload('a,c\n' + ',\n'.repeat(9) + 'nan,\n')).status).toBe(201)
    let { a, c } = await columns()
    expect([a.profile.counts, c.profile.counts]).toEqual([
      [10, 0],
      [10, 0],
    ])
    expect((await upload('a,c\n' + '7,x\n'.repeat(10))).status).toBe(201)
    ;({ a, c } = await columns())
    expect(a.profile.counts.filter((n) => n > 0)).toEqual([10])
    expect(c.profile.counts).toEqual([0, 10, 0])
  })

  test('of infinite and the largest numbers', async () => {
    const values = [
      'inf',
      '-inf',
      'nan',
      '1e308',
      '-1e308',
      '1.7976931348623157e308',
      '-1.7976931348623157e308',
      '5e-324',
      '0',
      '-0',
    ]
    expect((await upload(`a\n${values.join('\n')}\n`)).status).toBe(201)
    const { a } = await columns()
    expect(a.profile.counts[0]).toBe(3)
    expect(a.profile.counts.reduce((sum, n) => sum + n)).toBe(10)
    expect(a.binning.kind === 'numeric' && a.binning.edges.every(Number.isFinite)).toBe(true)
  })

  test('of a hundred thousand categories', async () => {
    const body = Array.from({ length: 100_000 }, (_, i) => `k${i}`)
      .concat(['k7', 'k7', 'k9'])
      .join('\n')
    expect((await upload(`c\n${body}\n`)).status).toBe(201)
    const { c } = await columns()
    expect(c.binning).toMatchObject({ truncated: true, singletons: 99_998 })
    expect(c.binning.kind === 'categorical' && c.binning.categories.slice(0, 2)).toEqual(['k7', 'k9'])
    expect(c.profile.counts).toHaveLength(1002)
    expect(c.profile.counts.at(-1)).toBe(100_003 - 1000 - 3)
  })

  test('in another encoding than UTF-8 is refused: different letters would become the same one', async () => {
    const answer = await upload(Buffer.from('a,c\n1,café\n2,cafè\n3,thé\n', 'latin1'))
    expectProblem(answer, 422, /line 2 is not in UTF-8: save the file as UTF-8/)
  })

  test('of features that are called like other columns', async () => {
    await declare({
      features: {
        a: 'numeric',
        c: 'categorical',
        id: 'categorical',
        ts: 'numeric',
        model: 'categorical',
        'a b': 'numeric',
      },
    })
    expect((await upload('id,ts,model,a b,score\nx,5,y,1,0.5\n')).status).toBe(201)
    const found = await columns()
    expect(Object.keys(found).sort()).toEqual(['a b', 'id', 'model', 'score', 'ts'])
    expect(found.id.profile.counts).toEqual([0, 1, 0])
  })

  test('and seven others at once get versions of their own', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => upload(`a,c\n${i},k${i}\n`)))
    const versions = answers.map(({ body }) => body.version as number)
    expect(versions.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect((await list()).baselines.map(({ hash }) => hash).sort()).toEqual(
      answers.map(({ body }) => body.hash as string).sort(),
    )
  })
})

describe('a window of stored predictions', () => {
  const window = (from: string, to: string) =>
    service.call('POST', `/models/${name}/baselines`, { window: { from, to } })

  test.each<[string, string, RegExp]>([
    ['2026-01-01T00:30:00Z', '2026-01-02T00:00:00Z', /whole hour/],
    ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', /before/],
    ['2026-01-02', 'tomorrow', /window\.to/],
    ['1800-01-01T00:00:00Z', '2026-01-01T00:00:00Z', /1970/],
    ['2026-01-01T00:00:00Z', '9999-01-01T00:00:00Z', /2106/],
  ])('from %s to %s is refused', async (from, to, reason) =>
    expectProblem(await window(from, to), 400, reason),
  )

  test('has labels that were sent just before, also those that name no time of their prediction', async () => {
    const post = async (path: string, body: unknown) => {
      const { status, body: answer } = await service.call('POST', path, body)
      expect(status, JSON.stringify(answer)).toBeLessThan(300)
      return answer
    }
    await post('/models', { name: 'waiting', task: 'binary', features: { a: 'numeric' } })
    const rows = Array.from({ length: 40 }, (_, i) => ({ id: `w${i}`, ts: '2026-01-03T10:15:00Z', features: { a: i }, prediction: 'yes' })) // prettier-ignore
    await post('/models/waiting/predictions', rows)
    await post(
      '/models/waiting/labels',
      rows.map(({ id }, i) => ({ id, label: i % 2 ? 'yes' : 'no' })),
    )
    const window = { from: '2026-01-03T00:00:00Z', to: '2026-01-04T00:00:00Z' }
    expect(await post('/models/waiting/baselines', { window })).toMatchObject({ rows: 40, has_labels: true })
  })

  test('must hold predictions', async () => {
    expectProblem(await window('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'), 422, /no rows/)
    expectProblem(
      await service.call('POST', `/models/${name}/baselines`, '{', { 'content-type': 'application/json' }),
      400,
      /JSON/,
    )
    expectProblem(
      await service.call('POST', `/models/${name}/baselines`, { file: '/etc/passwd' }),
      400,
      /window/,
    )
    expectProblem(await service.call('POST', `/models/${name}/baselines/1/activate`), 404, /no baseline 1/)
  })
})

describe('a baseline for a version of the model', () => {
  const change = (how: string, baseline: number, for_version?: string) =>
    service.call('POST', `/models/${name}/baselines/${baseline}/${how}`, { for_version })

  test('is bound beside the active one, replaced, and let go', async () => {
    await upload('a\n1\n')
    await upload('a\n2\n')
    expect((await change('activate', 2, '4')).body).toMatchObject({ version: 2, name: 'up' })
    await change('activate', 1, 'a/b "c"')
    expect(await list()).toMatchObject({
      active: 1,
      bound: [
        { version: '4', baseline: 2 },
        { version: 'a/b "c"', baseline: 1 },
      ],
    })
    await change('activate', 1, '4')
    expectProblem(await change('deactivate', 2, '4'), 409, /is compared with baseline 1, not with baseline 2/)
    expect((await change('deactivate', 1, '4')).status).toBe(200)
    expectProblem(await change('deactivate', 1, '4'), 409, /is compared with the active one/)
    await change('activate', 2)
    expect(await list()).toMatchObject({ active: 2, bound: [{ version: 'a/b "c"', baseline: 1 }] })
  })

  test('is checked as all that comes from outside', async () => {
    await upload('a\n1\n')
    expectProblem(await change('activate', 7, '4'), 404, /no baseline 7/)
    expectProblem(await change('activate', 1, ''), 400, /for_version/)
    expectProblem(await change('deactivate', 1), 400, /for_version/)
    expect((await list()).bound).toEqual([])
  })

  test('is in the audit log, with what it was for', async () => {
    await upload('a\n1\n')
    await upload('a\n2\n')
    await change('activate', 2, '4')
    await change('deactivate', 2, '4')
    const { body } = await service.call('GET', `/audit?name=${name}/2&limit=2`)
    const [last, first] = body.entries
    expect(first).toMatchObject({ action: 'activateBaseline', detail: 'for version 4' })
    expect(last).toMatchObject({ action: 'deactivateBaseline', before: first.after, after: first.before })
    expect(first.after).not.toBe(first.before)
  })

  test('is what its rows are shown against, as soon as it is counted', async () => {
    const predict = (version: string, a: number) =>
      service.call(
        'POST',
        `/models/${name}/predictions`,
        Array.from({ length: 30 }, (_, i) => ({
          id: `${version}-${i}`,
          ts: '2026-01-05T10:00:00Z',
          version,
          features: { a: a + i },
          score: 0.5,
        })),
      )
    await predict('1', 0)
    await predict('4', 500)
    await upload('a,score,label\n' + Array.from({ length: 30 }, (_, i) => `${i},0.5,yes\n`).join(''))
    await upload('a,score,label\n' + Array.from({ length: 30 }, (_, i) => `${500 + i},0.5,yes\n`).join(''))
    await change('activate', 2, '4')
    const model = (await service.models.find(name))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
    const period = 'from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z'
    const shown = async (query = '') =>
      (await service.call('GET', `/models/${name}/columns/a/distribution?${period}${query}`)).body
    expect(await shown()).toMatchObject({ baseline: { version: 1 }, window: { rows: 60 } })
    expect(await shown('&version=1')).toMatchObject({
      baseline: { version: 1 },
      window: { rows: 30 },
      psi: 0,
    })
    expect(await shown('&version=4')).toMatchObject({
      baseline: { version: 2 },
      window: { rows: 30 },
      psi: 0,
    })
    const performance = async (query = '') =>
      (await service.call('GET', `/models/${name}/performance?${period}${query}`)).body
    expect(await performance()).toMatchObject({ baseline: { version: 1 }, total: { predictions: 60 } })
    expect(await performance('&version=4')).toMatchObject({
      baseline: { version: 2 },
      total: { predictions: 30 },
    })
  })
})
