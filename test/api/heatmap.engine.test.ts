import { beforeAll, describe, expect, test } from 'vitest'
import { heatmapSchema } from '../../api/contract/heatmap.ts'
import { uniform } from '../../bench/support.ts'
import { insertResults, type Result } from '../../store/results/results.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import { apiFixture, DAY, HOUR, START, type ApiFixture } from '../support/api.ts'
import { outcome } from '../support/samples/results.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

const MEMBERS = [
  ['feature', 'x'],
  ['feature', 'c'],
  ['prediction', 'score'],
  ['label', 'label'],
] as const
const WINDOWS = 900
/** Results of a monitor of its own: windows with gaps, evaluated up to three times, some without an effect. */
const made: Result[] = []
let call: ApiFixture['call']

beforeAll(async () => {
  const fixture = await apiFixture(10)
  call = fixture.call
  await call('POST', '/monitors', { name: 'long', model: 'shop', window: '48h', every: '2h' })
  const random = uniform(11)
  for (let i = 0; i < WINDOWS; i++) {
    for (const [kind, column] of MEMBERS) {
      for (let times = Math.floor(random() * 4); times > 0; times--) {
        const verdict = VERDICTS[Math.floor(random() * VERDICTS.length)]
        made.push(
          outcome({
            id: String(made.length).padStart(32, '0'),
            model: 'shop',
            monitor: 'long',
            kind,
            column,
            windowEnd: new Date(START + i * 2 * HOUR),
            evaluatedAt: new Date(START + 400 * DAY + made.length * 1000),
            verdict,
            effect: verdict === 'insufficient_data' ? undefined : random() * 2 - 1,
          }),
        )
      }
    }
  }
  // The order in which they come in does not matter.
  await insertResults(fixture.service.store, made.toReversed())
})

const time = (ms: number) => new Date(ms).toISOString()

/** The heatmap of these results by the plainest way. */
function byHand(from: number, to: number, most: number) {
  const newest = new Map<string, Result>()
  for (const result of made)
    newest.set(`${result.kind} ${result.windowEnd.getTime()} ${result.column}`, result)
  const all = [...newest.values()].filter(({ windowEnd: end }) => end.getTime() > from && end.getTime() <= to)
  const ends = [...new Set(all.map(({ windowEnd }) => windowEnd.getTime()))].sort((a, b) => a - b)
  const step = Math.ceil(ends.length / most)
  const cells: number[][] = []
  for (let last = ends.length; last > 0; last -= step)
    cells.unshift(ends.slice(Math.max(0, last - step), last))
  const rows = MEMBERS.map(([kind, column]) => {
    const joined = cells.map((cell) =>
      all.filter(
        (one) => one.kind === kind && one.column === column && cell.includes(one.windowEnd.getTime()),
      ),
    )
    const verdicts = joined.map(
      (results) => VERDICTS.findLast((verdict) => results.some((one) => one.verdict === verdict)) ?? null,
    )
    // An effect of a milder window beside the verdict of the worst would contradict it.
    const effects = joined.map((results, i) => {
      const known = results.flatMap(({ effect, verdict }) =>
        effect === undefined || verdict !== verdicts[i] ? [] : [effect],
      )
      return known.length === 0 ? null : Math.max(...known)
    })
    return { kind, column, verdicts, effects }
  })
  return { step, window_ends: cells.map((cell) => time(cell.at(-1)!)), rows }
}

describe('a heatmap', () => {
  test.each([
    ['of a few windows', START + 10 * DAY, START + 12 * DAY, 1],
    ['of as many as fit', START, START + 30 * DAY, 1],
    ['of more, which are joined', START - HOUR, START + 100 * DAY, 3],
  ])('%s is what the results say', async (_, from, to, step) => {
    const { body } = await call('GET', `/models/shop/heatmap?monitor=long&from=${time(from)}&to=${time(to)}`)
    const expected = byHand(from, to, 400)
    expect(expected.step).toBe(step)
    expect(body).toMatchObject({
      monitor: 'long',
      window_hours: 48,
      every_hours: 2,
      from: time(from),
      to: time(to),
      step,
      window_ends: expected.window_ends,
    })
    expect(body.rows).toHaveLength(MEMBERS.length)
    expect(heatmapSchema.safeParse(body).error).toBeUndefined()
    for (const row of expected.rows)
      expect(body.rows.find(({ column }: Json) => column === row.column)).toMatchObject(row)
    const nulls = expected.rows.flatMap(({ verdicts, effects }) => verdicts.filter((v, i) => v !== null && effects[i] === null)) // prettier-ignore
    if (step === 1) expect(nulls.length).toBeGreaterThan(0)
  })

  test('of days and of weeks has the worst of all windows that ended in them', async () => {
    const [from, to] = [START, START + 60 * DAY]
    for (const [grain, length] of [
      ['day', DAY],
      ['week', 7 * DAY],
    ] as const) {
      const path = `/models/shop/heatmap?monitor=long&from=${time(from)}&to=${time(to)}`
      const fine = (await call('GET', path)).body
      const { body } = await call('GET', `${path}&grain=${grain}`)
      expect(body.grain).toBe(grain)
      // 1970 began on a Thursday; a window that ends at midnight is of the day before.
      const bucket = (end: string) =>
        Math.floor((Date.parse(end) - 1 + (grain === 'week' ? 3 * DAY : 0)) / length)
      const ends: string[] = (await call('GET', `/models/shop/results?monitor=long&column=x&kind=feature&limit=2000&from=${time(from)}&to=${time(to)}`)).body.results.map((one: Json) => one.window_end) // prettier-ignore
      const buckets = [...new Set(ends.map(bucket))]
      expect(buckets.length).toBeGreaterThan(5)
      expect(body.window_ends.map(bucket)).toEqual(expect.arrayContaining(buckets))
      expect(fine.grain).toBe('window')
      const x = body.rows.find(({ column }: Json) => column === 'x')
      const worst = (wanted: number) => {
        const verdicts = made.filter(({ column, windowEnd }) => column === 'x' && bucket(windowEnd.toISOString()) === wanted) // prettier-ignore
        const newest = new Map(verdicts.map((one) => [one.windowEnd.getTime(), one.verdict]))
        const within = [...newest].filter(([end]) => end > from && end <= to).map(([, verdict]) => verdict)
        return VERDICTS.findLast((verdict) => within.includes(verdict)) ?? null
      }
      expect(x.verdicts).toEqual(body.window_ends.map((end: string) => worst(bucket(end))))
    }
    const refused = await call('GET', '/models/shop/heatmap?monitor=long&grain=month')
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'grain'])
  })

  test('has features first, the one that moved most on top, with its importance', async () => {
    const { body } = await call('GET', `/models/shop/heatmap?monitor=long`)
    expect(body.rows.map(({ kind }: Json) => kind)).toEqual(['feature', 'feature', 'prediction', 'label'])
    const most = body.rows.map(({ effects }: Json) => Math.max(...effects))
    expect(most[0]).toBeGreaterThan(most[1])
    const importance = body.rows.map((row: Json) => [row.column, row.importance])
    expect(Object.fromEntries(importance)).toEqual({ x: null, c: 0.5, score: null, label: null })
  })

  test('ends by default with the newest window evaluated, of the first monitor', async () => {
    const { body } = await call('GET', '/models/shop/heatmap')
    expect(body).toMatchObject({ monitor: 'daily', step: 1, window_hours: 24, every_hours: 1 })
    expect([body.from, body.to]).toEqual([time(START - 20 * DAY), time(START + 10 * DAY)])
    expect(body.window_ends).toEqual([5, 6, 7, 8, 9, 10].map((day) => time(START + day * DAY)))
    const x = body.rows.find(({ column }: Json) => column === 'x')
    expect(x.verdicts.map((verdict: string | null) => verdict)).toEqual([null, 'ok', 'ok', 'critical', 'critical', 'ok']) // prettier-ignore
    const { results } = (await call('GET', '/models/shop/results?from=2026-01-01&to=2026-02-01&monitor=daily&kind=feature&column=x')).body // prettier-ignore
    expect(x.effects).toEqual([null, ...results.map(({ effect }: Json) => effect)])
  })

  test('is empty where nothing was evaluated, and missing where nothing could be', async () => {
    await call('POST', '/models', { name: 'other', task: 'binary', features: { x: 'numeric' } })
    const none = await call('GET', '/models/other/heatmap')
    expect([none.status, none.body.detail]).toEqual([404, 'There is no monitor of model "other".'])
    await call('POST', '/monitors', { name: 'fresh', model: 'other' })
    expect((await call('GET', '/models/other/heatmap')).body).toMatchObject({
      monitor: 'fresh',
      step: 1,
      window_ends: [],
      rows: [],
    })
    expect((await call('GET', '/models/other/heatmap?monitor=long')).status).toBe(404)
    expect((await call('GET', '/models/none/heatmap')).status).toBe(404)
    const backwards = await call('GET', '/models/shop/heatmap?from=2026-02-01&to=2026-01-01')
    expect([backwards.status, backwards.body.errors[0].path]).toEqual([400, 'from'])
  })
})
