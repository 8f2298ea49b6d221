/** The performance route against what a person would compute from the rows. */
import { beforeAll, describe, expect, test } from 'vitest'
import { rollup, generationClock } from '../../detectors/rollup/rollup.ts'
import { apiFixture, DAY, HOUR, START, type ApiFixture, type Row } from '../support/api.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

let fixture: ApiFixture
const get = async (query = '', model = 'shop') => {
  const { status, body } = await fixture.call('GET', `/models/${model}/performance${query}`)
  return { status, body: body }
}

beforeAll(async () => {
  fixture = await apiFixture()
})

/** Rows of `[from, to)` with their labels; every third is of version 2. */
function rowsOf(from: number, to: number, version?: string): (Row & { label: string })[] {
  return fixture.rows
    .map((row, i) => ({ ...row, label: i % 4 ? 'no' : 'yes', version: i % 3 ? '1' : '2' }))
    .filter((row) => row.ts >= from && row.ts < to && (version === undefined || row.version === version))
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function byHand(rows: (Row & { label: string })[]): Record<string, number> {
  const hits = rows.filter(({ prediction, label }) => prediction === 'yes' && label === 'yes').length
  const predicted = rows.filter(({ prediction }) => prediction === 'yes').length
  const actual = rows.filter(({ label }) => label === 'yes').length
  const own = ({ score, label }: Row & { label: string }) => (label === 'yes' ? score : 1 - score)
  return {
    log_loss: mean(rows.map((row) => -Math.log(own(row)))),
    brier: mean(rows.map((row) => (1 - own(row)) ** 2)),
    accuracy: mean(rows.map(({ prediction, label }) => Number(prediction === label))),
    precision: hits / predicted,
    recall: hits / actual,
    f1: (2 * hits) / (predicted + actual),
  }
}

function expectMetrics(found: Json, wanted: Record<string, number>): void {
  for (const [name, value] of Object.entries(wanted)) {
    expect(found[name].value, name).toBeCloseTo(value, 9)
    expect(found[name].low).toBeLessThanOrEqual(value)
    expect(found[name].high).toBeGreaterThanOrEqual(value)
  }
}

describe('performance', () => {
  test('by days, with its intervals, beside that of the baseline and over all', async () => {
    const { status, body } = await get('?from=2026-01-06&to=2026-01-11')
    expect(status).toBe(200)
    expect(body).toMatchObject({ step: '1d', primary: 'log_loss', no_estimate: null })
    expect(body.points.map(({ time }: Json) => time)).toEqual([5, 6, 7, 8, 9].map((day) => new Date(START + day * DAY).toISOString())) // prettier-ignore
    for (const [i, point] of body.points.entries()) {
      const from = START + (5 + i) * DAY
      expectMetrics(point.metrics, byHand(rowsOf(from, from + DAY)))
      expect(point).toMatchObject({ predictions: 480, labelled: 480, coverage: 1, mature: true })
    }
    expectMetrics(body.total.metrics, byHand(rowsOf(START + 5 * DAY, START + 10 * DAY)))
    expect(body.total).toMatchObject({ predictions: 2400, labelled: 2400, coverage: 1 })
    expectMetrics(body.baseline.metrics, byHand(rowsOf(START, START + 5 * DAY)))
    expect(body.baseline).toMatchObject({ version: 1, name: 'first days', labelled: 2400 })
  })

  test('by hours, of one version', async () => {
    const { body } = await get('?from=2026-01-07T03:00:00Z&to=2026-01-07T06:00:00Z&version=2')
    expect([body.step, body.points.length]).toEqual(['1h', 3])
    for (const [i, point] of body.points.entries()) {
      const from = START + 6 * DAY + (3 + i) * HOUR
      const rows = rowsOf(from, from + HOUR, '2')
      expect(point.labelled).toBe(rows.length)
      expect(point.metrics.accuracy.value).toBeCloseTo(byHand(rows).accuracy, 12)
    }
    const byDay = await get('?from=2026-01-07&to=2026-01-08&step=1d')
    expect(byDay.body).toMatchObject({ step: '1d', points: [{ predictions: 480 }] })
  })

  test('what is to be expected, from scores that say nothing: what the baseline had', async () => {
    const { body } = await get('?from=2026-01-06&to=2026-01-11')
    const { estimate, metrics } = body.total
    expect(Object.keys(estimate).sort()).toEqual(['accuracy', 'brier', 'log_loss', 'roc_auc'])
    for (const name of ['accuracy', 'brier', 'log_loss'])
      expect(Math.abs(estimate[name] - metrics[name].value)).toBeLessThan(0.1)
    expect(estimate.roc_auc).toBeGreaterThan(0.45)
  })

  test('before labels come: none realised, the same expected, and how many have come', async () => {
    const at = START + 12 * DAY
    const rows = fixture.rows.slice(0, 200).map(({ x, c, prediction, score }, i) => ({
      id: `late-${i}`,
      ts: at + i * 60_000,
      features: { x, c },
      prediction,
      score,
    }))
    await fixture.call('POST', '/models/shop/predictions', rows)
    await fixture.call(
      'POST',
      '/models/shop/labels',
      rows.slice(0, 50).map(({ id, ts }) => ({ id, label: 'no', prediction_ts: ts })),
    )
    const { service } = fixture
    const model = (await service.models.find('shop'))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
    const { body } = await get('?from=2026-01-12&to=2026-01-14')
    const [empty, some] = (await get('?from=2026-01-12&to=2026-01-14&step=1d')).body.points
    expect(empty).toMatchObject({ predictions: 0, labelled: 0, coverage: null, metrics: {}, estimate: null })
    expect(some).toMatchObject({ predictions: 200, labelled: 50, coverage: 0.25 })
    expect(some.metrics.accuracy.value).toBeLessThan(1)
    expect(some.metrics.roc_auc).toBeUndefined()
    expect(some.estimate.log_loss).toBeGreaterThan(0)
    expect(body.total.labelled).toBe(50)
  })

  test('labels are mature once they have had as long as a monitor says', async () => {
    expect((await get()).body.label_delay).toEqual({ hours: 24, source: 'declared' })
    const { points } = (await get()).body
    expect(points).toHaveLength(7)
    expect(points.at(-1).mature).toBe(false)
    expect(points[0].mature).toBe(true)
  })

  test('what cannot be answered is refused with its reason', async () => {
    expect((await get('', 'nobody')).status).toBe(404)
    expect((await get('?from=2026-01-02&to=2026-01-01')).status).toBe(400)
    const long = await get('?from=2000-01-01&to=2026-01-01&step=1h')
    expect(long).toMatchObject({ status: 400 })
    expect(long.body.detail).toContain('hours are more than 2000 points')
    await fixture.call('POST', '/models', { name: 'bare', task: 'regression', features: { x: 'numeric' } })
    expect(await get('', 'bare')).toMatchObject({ status: 409, body: { title: 'No baseline' } })
    await fixture.call('POST', '/models/bare/predictions', [
      { id: 1, ts: '2026-01-01T00:00:00Z', features: { x: 1 } },
    ])
    await fixture.call('POST', '/models/bare/baselines', { name: 'all', window: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' } }) // prettier-ignore
    expect(await get('', 'bare')).toMatchObject({ status: 409, body: { title: 'No labels in the baseline' } })
  })

  test('of a regression the errors by prediction give the estimate', async () => {
    const ts = (i: number) => START + i * 60_000
    const rows = Array.from({ length: 300 }, (_, i) => ({
      id: `q${i}`,
      ts: ts(i),
      features: { x: i },
      prediction: i % 10,
    }))
    await fixture.call('POST', '/models/bare/predictions', rows)
    await fixture.call(
      'POST',
      '/models/bare/labels',
      rows.map(({ id, ts, prediction }, i) => ({ id, prediction_ts: ts, label: prediction + (i % 3) - 1 })),
    )
    await fixture.call('POST', '/models/bare/baselines', { name: 'labelled', window: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' } }) // prettier-ignore
    await fixture.call('POST', '/models/bare/baselines/2/activate')
    const { service } = fixture
    const model = (await service.models.find('bare'))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
    const { body } = await get('?from=2026-01-01&to=2026-01-02', 'bare')
    expect(body).toMatchObject({ primary: 'rmse', no_estimate: null })
    // The period has the predictions of the baseline.
    expect(body.total.estimate.rmse).toBeCloseTo(Math.sqrt(2 / 3), 12)
    expect(body.total.estimate.mae).toBeCloseTo(2 / 3, 12)
    expect(body.baseline.metrics.rmse.value).toBeCloseTo(Math.sqrt(2 / 3), 12)
    expect(body.baseline.metrics.mae.value).toBeCloseTo(2 / 3, 12)
    expect(body.baseline.metrics.r_squared.value).toBeGreaterThan(0.9)
  })
})

describe('changes', () => {
  const CHANGED = START + 6 * DAY + 7 * HOUR

  beforeAll(async () => {
    // Scores are right until the change, and from then on of another class half of the time.
    const rows = Array.from({ length: 240 * 20 }, (_, i) => {
      const ts = START + i * 180_000
      const score = 0.1 + ((i * 7919) % 200) / 1000
      const isPositive = ((i * 104729) % 1000) / 1000 < score + (ts >= CHANGED ? 0.3 : 0)
      return { id: `t${i}`, ts, features: {}, prediction: 'no', score, label: isPositive ? 'yes' : 'no' }
    })
    await fixture.call('POST', '/models', { name: 'turned', task: 'binary', positive: 'yes', features: {} })
    await fixture.call('POST', '/models/turned/predictions', rows.map(({ label: _, ...row }) => row)) // prettier-ignore
    await fixture.call('POST', '/models/turned/labels', rows.map(({ id, ts, label }) => ({ id, label, prediction_ts: ts }))) // prettier-ignore
    await fixture.call('POST', '/models/turned/baselines', { name: 'before', window: { from: '2026-01-01T00:00:00Z', to: '2026-01-05T00:00:00Z' } }) // prettier-ignore
    await fixture.call('POST', '/monitors', { name: 'turned', model: 'turned', label_delay: '24h', checks: ['concept', 'performance'] }) // prettier-ignore
    const { service } = fixture
    const model = (await service.models.find('turned'))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  })

  test('are told with their time, detector, direction and size', async () => {
    const { body } = await get('?from=2026-01-05&to=2026-01-11', 'turned')
    const [mark] = body.changes.filter(({ detector }: Json) => detector === 'page_hinkley')
    expect(Object.keys(mark).sort()).toEqual(['after', 'before', 'detector', 'direction', 'found', 'metric', 'size', 'time']) // prettier-ignore
    expect(Math.abs(Date.parse(mark.time) - CHANGED)).toBeLessThanOrEqual(3 * HOUR)
    expect(mark).toMatchObject({ direction: 'worse', metric: 'log_loss' })
    expect(mark.size).toBeCloseTo((mark.after - mark.before) / mark.before, 12)
    expect(mark.size).toBeGreaterThan(0.3)
  })

  test('do not depend on the beginning of the period, and only those within it are told', async () => {
    const marks = async (query: string) => (await get(query, 'turned')).body.changes
    const all = await marks('?from=2026-01-01&to=2026-01-11')
    expect(await marks('?from=2026-01-07T00:00:00Z&to=2026-01-11')).toEqual(
      all.filter(({ time }: Json) => Date.parse(time) >= START + 6 * DAY),
    )
    expect(await marks('?from=2026-01-09T00:00:00Z&to=2026-01-11')).toEqual([])
    expect(await marks('?from=2026-01-01&to=2026-01-07')).toEqual([])
    expect((await get('?from=2026-01-01&to=2026-01-11')).body.changes).toEqual([])
  })
})

describe('a result of concept', () => {
  test('tells the labels of each bin on both sides, as they were judged', async () => {
    const asOf = new Date(START + 9 * DAY + HOUR).toISOString()
    expect((await fixture.call('POST', '/monitors/turned/run', { asOf })).status).toBe(200)
    const { body: page } = await fixture.call('GET', '/models/turned/results?kind=concept&column=score&from=2026-01-07&to=2026-01-11') // prettier-ignore
    const [{ id }] = page.results
    const { body } = await fixture.call('GET', `/results/${id}`)
    expect(body.verdict).toBe('critical')
    expect(body.label_rates).toHaveLength(body.evaluation.change.bins.length)
    body.label_rates.forEach(({ rows, rates, broke }: Json, i: number) => {
      const judged = body.evaluation.change.bins[i]
      expect(rows).toEqual(judged.rows)
      expect(rates).toHaveLength(1)
      expect(rates[0]).toMatchObject({ class: 'yes' })
      expect(rates[0].baseline.value).toBeCloseTo(judged.baseline[0], 12)
      expect(rates[0].window.value).toBeCloseTo(judged.window[0], 12)
      expect(typeof broke).toBe('boolean')
    })
    expect(body.label_rates.some(({ broke }: Json) => broke)).toBe(true)
  })

  test('of other kinds there are none', async () => {
    const { body: page } = await fixture.call('GET', '/models/turned/results?kind=performance&from=2026-01-07&to=2026-01-11') // prettier-ignore
    const { body } = await fixture.call('GET', `/results/${page.results[0].id}`)
    expect(body).toMatchObject({ kind: 'performance', label_rates: [] })
  })
})

describe('what explains a change', () => {
  test('of the period, column by column, as a person would compute it', async () => {
    const { status, body } = await fixture.call(
      'GET',
      '/models/shop/performance/explained?from=2026-01-08&to=2026-01-10',
    )
    expect(status).toBe(200)
    const [before, now] = [rowsOf(START, START + 5 * DAY), rowsOf(START + 7 * DAY, START + 9 * DAY)]
    const change = byHand(now).log_loss - byHand(before).log_loss
    const { explained } = body
    expect(body.baseline).toEqual({ version: 1, name: 'first days' })
    expect(explained).toMatchObject({ metric: 'log_loss', loss: 'log_loss' })
    expect(explained.change).toBeCloseTo(change, 9)
    expect(explained.columns.map(({ role, column }: Json) => `${role} ${column}`).sort()).toEqual(['feature c', 'feature x', 'prediction prediction', 'score score']) // prettier-ignore
    for (const { shift, concept } of explained.columns)
      expect(Math.abs(shift + concept - change)).toBeLessThan(1e-9)
    const { bins } = explained.columns.find(({ column }: Json) => column === 'c')
    for (const { label, share, mean } of bins.filter(({ share }: Json) => share.baseline > 0)) {
      const of = (rows: typeof before) => rows.filter(({ c }) => c === label.replaceAll('"', ''))
      expect(share.baseline).toBeCloseTo(of(before).length / before.length, 12)
      expect(share.window).toBeCloseTo(of(now).length / now.length, 12)
      expect(mean.baseline).toBeCloseTo(byHand(of(before)).log_loss, 9)
      expect(mean.window).toBeCloseTo(byHand(of(now)).log_loss, 9)
    }
    expect(bins.filter(({ share }: Json) => share.baseline > 0).length).toBeGreaterThan(1)
  })

  test('of a version, and of the metric of a monitor', async () => {
    await fixture.call('POST', '/monitors', { name: 'hits', model: 'shop', checks: ['performance'], performance: { metric: 'accuracy' } }) // prettier-ignore
    const { body } = await fixture.call('GET', '/models/shop/performance/explained?from=2026-01-08&to=2026-01-10&version=2&monitor=hits') // prettier-ignore
    const rows = [rowsOf(START, START + 5 * DAY), rowsOf(START + 7 * DAY, START + 9 * DAY, '2')]
    const [before, now] = rows.map((own) => 1 - byHand(own).accuracy)
    expect(body.explained).toMatchObject({ metric: 'accuracy', loss: 'error_rate' })
    expect(body.explained.change).toBeCloseTo(now - before, 12)
    await fixture.call('DELETE', '/monitors/hits')
  })

  test('of a period without labels there is nothing to split', async () => {
    const { body } = await fixture.call('GET', '/models/shop/performance/explained?from=2025-01-08&to=2025-01-10') // prettier-ignore
    expect(body.explained).toMatchObject({ status: 'empty', change: null, columns: [] })
  })

  test('of what was counted by an earlier release it says what to do', async () => {
    const { store } = fixture.service
    const hour = `toDateTime(${(START + 7 * DAY) / 1000})`
    await store.rollup.command({ query: `DELETE FROM labelled_profiles WHERE model = 'shop' AND startsWith(role, 'loss:') AND hour = ${hour}` }) // prettier-ignore
    const { body } = await fixture.call('GET', '/models/shop/performance/explained?from=2026-01-08&to=2026-01-10') // prettier-ignore
    expect(body.explained).toMatchObject({ status: 'not_counted', change: null, columns: [] })
    expect(body.explained.sentence).toContain('Make a new baseline and activate it')
    const other = await fixture.call('GET', '/models/shop/performance/explained?from=2026-01-09&to=2026-01-10') // prettier-ignore
    expect(other.body.explained.status).not.toBe('not_counted')
  })

  test('a breach has its explanation with the result, in its sentence as well', async () => {
    const { body: page } = await fixture.call('GET', '/models/turned/results?kind=performance&from=2026-01-07&to=2026-01-11') // prettier-ignore
    const { body } = await fixture.call('GET', `/results/${page.results[0].id}`)
    expect(body.verdict).toBe('critical')
    // All labels have turned: no feature has more of it than others.
    expect(['score', 'prediction']).toContain(body.explained.columns[0].role)
    expect(body.explained.status).toBe('explained')
    expect(body.explained.change).toBeCloseTo(body.evaluation.explained.change, 12)
    expect(body.explanation).toContain(body.explained.sentence)
    const { body: again } = await fixture.call('POST', `/results/${page.results[0].id}/reproduce`)
    expect(again).toMatchObject({ agrees: true, evaluation: { status: 'agrees' } })
  })
})

describe('several classes', () => {
  test('are expected by the score of the predicted class, and their scores are columns like others', async () => {
    const classes = ['a', 'b', 'c']
    const rows = Array.from({ length: 3000 }, (_, i) => {
      const sure = 0.4 + ((i * 7919) % 600) / 1000
      const prediction = classes[i % 3]
      const scores = Object.fromEntries(
        classes.map((name) => [name, name === prediction ? sure : (1 - sure) / 2]),
      )
      // Right as often as it says, spread evenly.
      const right = ((i * 104729) % 1000) / 1000 < sure
      return {
        id: `m${i}`,
        ts: START + i * 60_000,
        features: {},
        prediction,
        scores,
        label: right ? prediction : classes[(i + 1) % 3],
      }
    })
    await fixture.call('POST', '/models', { name: 'many', task: 'multiclass', features: {} })
    await fixture.call(
      'POST',
      '/models/many/predictions',
      rows.map(({ label: _, ...row }) => row),
    )
    await fixture.call(
      'POST',
      '/models/many/labels',
      rows.map(({ id, ts, label }) => ({ id, label, prediction_ts: ts })),
    )
    await fixture.call('POST', '/models/many/baselines', { name: 'all', window: { from: '2026-01-01T00:00:00Z', to: '2026-01-04T00:00:00Z' } }) // prettier-ignore
    const { service } = fixture
    await rollup({
      store: service.store,
      model: (await service.models.find('many'))!,
      now: new Date(),
      nextGeneration: generationClock(),
    })
    const { body } = await get('?from=2026-01-01&to=2026-01-04', 'many')
    const accuracy = mean(rows.map(({ prediction, label }) => Number(prediction === label)))
    expect(body.total.metrics.accuracy.value).toBeCloseTo(accuracy, 12)
    expect(body.total.metrics.log_loss.value).toBeCloseTo(
      mean(rows.map(({ scores, label }) => -Math.log(scores[label]))),
      9,
    )
    expect(body.total.estimate.accuracy).toBeCloseTo(accuracy, 6)
    const own = classes.map((name) => {
      const hits = rows.filter(({ prediction, label }) => prediction === name && label === name).length
      return (
        (2 * hits) /
        (rows.filter(({ prediction }) => prediction === name).length +
          rows.filter(({ label }) => label === name).length)
      )
    })
    expect(body.total.metrics.macro_f1.value).toBeCloseTo(mean(own), 12)
    const column = await fixture.call(
      'GET',
      '/models/many/columns/scores.a/distribution?from=2026-01-01&to=2026-01-04',
    )
    expect(column).toMatchObject({ status: 200, body: { role: 'score', window: { rows: 3000, missing: 0 } } })
  })
})
