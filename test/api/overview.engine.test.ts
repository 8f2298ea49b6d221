import { beforeAll, describe, expect, test } from 'vitest'
import { bySeverity, toOverview, type ModelFacts } from '../../api/answers/overview.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { insertResults } from '../../store/results/results.ts'
import { apiFixture, DAY, HOUR, START, type ApiFixture } from '../support/api.ts'
import { outcome } from '../support/samples/results.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

let fixture: ApiFixture
let call: ApiFixture['call']
beforeAll(async () => {
  fixture = await apiFixture()
  call = fixture.call
})

const time = (ms: number) => new Date(ms).toISOString()
const overview = async (model: string): Promise<Json> =>
  (await call('GET', '/overview')).body.models.find((one: Json) => one.model === model)

describe('the overview', () => {
  test('of a model agrees with its results, rows and alerts', async () => {
    await call('PATCH', '/monitors/daily', { every: '24h' })
    const { body } = await call('GET', '/models/shop/results?from=2026-01-01&to=2026-02-01')
    const results: Json[] = body.results.filter(({ kind }: Json) => kind !== 'data')
    const found = await overview('shop')
    expect(found).toMatchObject({ task: 'binary', state: 'evaluated', status: 'critical' })
    expect(found.firing).toMatchObject([{ id: '3'.repeat(32), kind: 'label', severity: 'critical' }])
    expect(found.latest_window_end).toBe(time(START + 10 * DAY))

    const ends = [...new Set(results.map(({ window_end }) => window_end as string))].sort()
    const points = ends.flatMap((end) => {
      const drift = results.filter(({ window_end, kind }) => window_end === end && kind !== 'label')
      const features = drift.filter(({ kind, verdict }) => kind === 'feature' && verdict !== 'insufficient_data') // prettier-ignore
      const breached = features.filter(({ verdict }) => verdict !== 'ok')
      return drift.length === 0
        ? []
        : [
            {
              window_end: end,
              effect: Math.max(...drift.map(({ effect }) => effect)),
              drifted_share: breached.length / features.length,
            },
          ]
    })
    expect(points.map(({ drifted_share }) => drifted_share)).toEqual([0, 0, 1, 1, 0])
    expect(found.sparkline).toEqual(points)

    const last = results.filter(
      ({ kind, window_end }) => Date.parse(window_end) === START + (kind === 'label' ? 9 : 10) * DAY,
    )
    expect(last.length).toBe(5)
    expect(new Set(last.map(({ verdict }) => verdict))).toEqual(new Set(['ok']))
    const worst = last.reduce((a, b) => (b.effect > a.effect ? b : a))
    expect(found.worst).toEqual({
      ...Object.fromEntries(
        [
          'monitor',
          'kind',
          'column',
          'segment',
          'version',
          'verdict',
          'effect',
          'explanation',
          'window_end',
        ].map((name) => [name, worst[name]]),
      ),
      result_id: worst.id,
    })
    expect(found.drifted).toEqual({ columns: 0, of: 2 })

    const newest = Math.max(...fixture.rows.map(({ ts }) => ts))
    expect(found.predictions).toEqual({
      last_24h: fixture.rows.filter(({ ts }) => ts > newest - DAY).length,
      until: time(newest),
    })
  })

  test('counts a window that was computed again as it came out last', async () => {
    const { body } = await call('GET', '/models/shop/results?from=2026-01-01&to=2026-02-01&column=x')
    const stored = body.results.at(-1)
    const member = { model: 'shop', monitor: 'daily', kind: 'feature', column: 'x' } as const
    const again = (verdict: string, effect: number | undefined, evaluatedAt: Date) =>
      outcome({
        id: '7'.repeat(32),
        ...member,
        windowEnd: new Date(stored.window_end),
        evaluatedAt,
        verdict,
        effect,
      })
    const before = await overview('shop')
    await insertResults(fixture.service.store, [again('warning', 9.5, new Date(Date.now() + 1000))])
    const moved = await overview('shop')
    expect(moved.drifted).toEqual({ columns: 1, of: 2 })
    expect(moved.worst).toMatchObject({ column: 'x', verdict: 'warning', effect: 9.5 })
    expect(moved.sparkline.at(-1)).toMatchObject({ effect: 9.5, drifted_share: 0.5 })
    await insertResults(fixture.service.store, [
      again('insufficient_data', undefined, new Date(Date.now() + 2000)),
    ])
    const undecided = await overview('shop')
    expect(undecided.drifted).toEqual({ columns: 0, of: 1 })
    expect(undecided.worst.column).not.toBe('x')
    expect(undecided.sparkline.at(-1).effect).toBeLessThan(1)
    expect(undecided.sparkline.slice(0, -1)).toEqual(before.sparkline.slice(0, -1))
  })

  test('says what a model lacks first', async () => {
    for (const name of ['bare', 'fed', 'ready', 'watched'])
      await call('POST', '/models', { name, task: 'binary', features: { x: 'numeric' } })
    const events = Array.from({ length: 300 }, (_, i) => {
      return { id: `e${i}`, ts: START + Math.floor(i / 10) * HOUR, features: { x: i % 7 }, prediction: 'no' }
    })
    for (const name of ['fed', 'ready', 'watched']) await call('POST', `/models/${name}/predictions`, events)
    const window = { from: time(START), to: time(START + DAY) }
    for (const name of ['ready', 'watched']) await call('POST', `/models/${name}/baselines`, { window })
    for (const model of ['bare', 'fed', 'watched'])
      await call('POST', '/monitors', { name: `of-${model}`, model, checks: ['feature'] })

    const states = Object.fromEntries(
      (await call('GET', '/overview')).body.models.map((one: Json) => [one.model, one.state]),
    )
    expect(states).toMatchObject({
      bare: 'no_events',
      fed: 'no_baseline',
      ready: 'no_monitor',
      watched: 'waiting',
    })
    expect(await overview('bare')).toEqual({
      model: 'bare',
      task: 'binary',
      state: 'no_events',
      status: null,
      firing: [],
      worst: null,
      drifted: { columns: 0, of: 0 },
      data_findings: 0,
      latest_window_end: null,
      sparkline: [],
      warning_from: 0.1,
      predictions: { last_24h: 0, until: null },
      label_lag_hours: null,
    })
    expect((await overview('watched')).predictions).toEqual({ last_24h: 240, until: time(START + 29 * HOUR) })
  })

  test('of a model whose data alone are checked says that they were, and not that one drifts', async () => {
    await call('POST', '/models', { name: 'checked', task: 'binary', features: { x: 'numeric' } })
    await call('POST', '/monitors', { name: 'of-checked', model: 'checked', checks: ['quality'] })
    const shared = { model: 'checked', monitor: 'of-checked', windowEnd: new Date(START + 9 * DAY), evaluatedAt: new Date(START + 9 * DAY), kind: 'data' as const } // prettier-ignore
    await insertResults(fixture.service.store, [
      outcome({ ...shared, id: 'e'.repeat(32), column: '', verdict: 'ok', effect: undefined }),
      outcome({ ...shared, id: 'f'.repeat(32), column: 'x', verdict: 'critical', effect: 1 }),
    ])
    expect((await overview('checked')).worst).toMatchObject({ kind: 'data', column: '', verdict: 'ok' })
    for (const path of ['/monitors/of-checked', '/models/checked']) await call('DELETE', path)
  })

  test('tells silence, and that an alert on it is no drift', async () => {
    // At its first window older data may still be loaded.
    await fixture.service.worker.run(new Date(START + 40 * DAY))
    await fixture.service.worker.run(new Date(START + 42 * DAY))
    const found = await overview('watched')
    expect(found).toMatchObject({ state: 'evaluated', status: 'no_data' })
    expect(found.firing).toMatchObject([{ kind: 'data', severity: 'warning', monitor: 'of-watched' }])
    const { body } = await call('GET', '/overview')
    expect(body.models.map((one: Json) => one.status)).toEqual(['warning', 'no_data', null, null, null])
    expect(body.models.slice(2).map((one: Json) => one.model)).toEqual(['bare', 'fed', 'ready'])
  })

  test('forgets a monitor that was removed', async () => {
    await call('DELETE', '/monitors/of-watched')
    expect(await overview('watched')).toMatchObject({
      state: 'no_monitor',
      status: null,
      firing: [],
      worst: null,
    })
  })

  test('knows how long labels take, those that came last', async () => {
    const events = Array.from({ length: 400 }, (_, i) => {
      return { id: `l${i}`, ts: START + i * 0.1 * HOUR, features: { x: 1 }, prediction: 'no' }
    })
    await call('POST', '/models/fed/predictions', events)
    // Early ones within the hour; from then on a day and a half, with a few much later.
    const delay = (i: number) => (i < 100 ? 0.1 : i % 10 === 0 ? 400 : 36)
    await call(
      'POST',
      '/models/fed/labels',
      events.map(({ id, ts }, i) => {
        return { id, label: 'no', prediction_ts: ts, labelled_at: time(ts + delay(i) * HOUR) }
      }),
    )
    const late = await overview('fed')
    expect(Math.abs(late.label_lag_hours - 400)).toBeLessThanOrEqual(0.5)
    expect((await overview('watched')).label_lag_hours).toBeNull()
  })
})

describe('the status of a model', () => {
  const end = new Date(START)
  const alert = (kind: string, severity: 'warning' | 'critical') => ({ kind, severity, windowEnd: end, members: [] as AlertEvent['members'] }) as AlertEvent // prettier-ignore
  const newest = (verdict: string) => {
    const worst = { id: '', monitor: 'a', kind: 'feature', column: 'x', segment: '', version: '', verdict, effect: null, explanation: '', window_end: '' } as const // prettier-ignore
    return { model: 'm', worst, drifted: 0, decided: 0 }
  }
  const facts = (extra: Partial<ModelFacts>): ModelFacts => ({
    model: 'm',
    task: 'binary',
    hasBaseline: true,
    monitors: ['a'],
    warningFrom: 0.1,
    firing: [],
    ends: [{ model: 'm', monitor: 'a', labels: false, end }],
    newest: newest('ok'),
    evaluations: [{ status: 'evaluated', end }],
    effects: [],
    traffic: { until: end, lastDay: 1, labelLag: undefined },
    ...extra,
  })
  const silent = { evaluations: [{ status: 'no_data' as const, end }] }
  const later = new Date(START + HOUR)

  test.each<[string, Partial<ModelFacts>, string]>([
    ['nothing fires', {}, 'ok'],
    ['a breach that does not fire yet', { newest: newest('critical') }, 'pending'],
    ['an effect that is not told from chance', { newest: newest('unconfirmed') }, 'unconfirmed'],
    ['a warning', { firing: [alert('feature', 'warning')] }, 'warning'],
    ['two at once', { firing: [alert('feature', 'warning'), alert('label', 'critical')] }, 'critical'],
    ['too few rows', { newest: newest('insufficient_data') }, 'insufficient_data'],
    ['no column at all', { newest: undefined }, 'insufficient_data'],
    ['drift and too few rows', { newest: newest('insufficient_data'), firing: [alert('feature', 'warning')] }, 'warning'],
    ['silence', silent, 'no_data'],
    ['silence, told', { ...silent, firing: [alert('data', 'warning')] }, 'no_data'],
    ['silence, told, before any result', { ...silent, ends: [], newest: undefined, firing: [alert('data', 'warning')] }, 'no_data'],
    ['silence while drift fires', { ...silent, firing: [alert('data', 'warning'), alert('feature', 'critical')] }, 'critical'],
    ['silence in an older window', { ...silent, ends: [{ model: 'm', monitor: 'a', labels: false, end: later }] }, 'ok'],
    ['another finding about the data', { firing: [alert('data', 'warning')] }, 'warning'],
  ])('%s', (_, extra, expected) => {
    expect(toOverview(facts(extra)).status).toBe(expected)
  }) // prettier-ignore

  test('counts findings about the data, but not that a monitor fails', () => {
    const members = ['age', 'volume', 'error'].map((column) => ({ column }) as AlertEvent['members'][number])
    const firing = [
      { ...alert('data', 'warning'), members },
      { ...alert('feature', 'warning'), members },
    ]
    expect(toOverview(facts({ firing })).data_findings).toBe(2)
  })

  test('orders models, then their names do', () => {
    const all = ['ok', 'critical', 'insufficient_data', 'warning', 'no_data'].flatMap((status) =>
      ['b', 'a'].map(
        (model) => ({ ...toOverview(facts({})), model, status }) as ReturnType<typeof toOverview>,
      ),
    )
    expect(all.sort(bySeverity).map(({ model, status }) => `${status} ${model}`)).toEqual(
      ['critical', 'warning', 'no_data', 'insufficient_data', 'ok'].flatMap((one) => [
        `${one} a`,
        `${one} b`,
      ]),
    )
  })
})
