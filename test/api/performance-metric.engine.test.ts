/** The metric that decides on performance, where a monitor names one: how often its test is wrong, and what it refuses. */
import { beforeAll, describe, expect, test } from 'vitest'
import { changeMarks } from '../../detectors/performance/change-marks.ts'
import { explainPerformance } from '../../detectors/performance/explain-performance.ts'
import { hardScoreShare } from '../../detectors/performance/hard-scores.ts'
import { judgePerformance } from '../../detectors/performance/judge-performance.ts'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { nextDouble } from '../../store/profiles/binning.ts'
import type { LossSums } from '../../store/labelled/loss-sums.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { normals, seeded } from '../support/samples/columns.ts'
import { testService, type TestService } from '../support/service.ts'

const RULE = { alpha: 1e-3, thresholds: { warning: 0.05, critical: 0.1 }, minRows: 200 }
const NOTHING: LossSums = {
  rows: 0, scored: 0, judged: 0, hits: 0, loss: 0, lossSquares: 0, brier: 0, brierSquares: 0, absolute: 0,
} // prettier-ignore

/** The sums of rows with these Brier scores and errors. */
function sumsOf(n: number, draw: () => number): LossSums {
  const sums = { ...NOTHING, rows: n, scored: n, judged: n, hits: n }
  for (let i = 0; i < n; i++) {
    const error = draw()
    sums.brier += error
    sums.brierSquares += error ** 2
    sums.absolute += error
    sums.loss += error ** 2
  }
  return sums
}

describe('the test of a metric', () => {
  const RUNS = 3000
  /** Errors of one row: of scores of exactly 0 and 1, of calibrated ones, and with a heavy tail. */
  const errors: Record<string, (random: () => number) => () => number> = {
    'one row in 50 wrong': (random) => () => (random() < 0.02 ? 1 : 0),
    'calibrated scores': (random) => () => {
      const score = random() ** 2
      return (score - (random() < score ? 1 : 0)) ** 2
    },
    'errors with a heavy tail': (random) => {
      const normal = normals(random)
      return () => Math.exp(normal())
    },
  }
  test.each([
    ['brier', 'one row in 50 wrong', 200, 200],
    ['brier', 'one row in 50 wrong', 2000, 200],
    ['brier', 'one row in 50 wrong', 200, 2000],
    ['brier', 'calibrated scores', 200, 200],
    ['brier', 'calibrated scores', 2000, 200],
    ['brier', 'calibrated scores', 200, 2000],
    ['mae', 'errors with a heavy tail', 200, 200],
    ['mae', 'errors with a heavy tail', 2000, 200],
    ['mae', 'errors with a heavy tail', 200, 2000],
  ] as const)('%s, %s: with nothing changed no level is exceeded, %i and %i rows', (metric, kind, b, c) => {
    const draw = errors[kind](seeded(17))
    const ps = Array.from(
      { length: RUNS },
      () => judgePerformance(metric, sumsOf(b, draw), sumsOf(c, draw), RULE).pValue!,
    )
    for (const t of [0.001, 0.01, 0.05, 0.1, 0.25]) {
      const share = ps.filter((p) => p < t).length / RUNS
      const spread = 3 * Math.sqrt((t * (1 - t)) / RUNS)
      expect(share, `p < ${t}`).toBeLessThanOrEqual(1.25 * t + 0.001 + spread)
    }
    // And it is a test: chance alone reaches the middle about half of the time.
    expect(ps.filter((p) => p < 0.5).length / RUNS).toBeGreaterThan(0.35)
  })

  test('a loss is told by the metric that was chosen', () => {
    const random = seeded(5)
    const before = sumsOf(20_000, () => (random() < 0.1 ? 1 : 0))
    const worse = sumsOf(20_000, () => (random() < 0.2 ? 1 : 0))
    for (const metric of ['brier', 'mae'] as const) {
      const found = judgePerformance(metric, before, worse, RULE)
      expect(found).toMatchObject({ verdict: 'critical', metric })
      expect(found.effect).toBeCloseTo(worse.brier / before.brier - 1, 12)
      expect(judgePerformance(metric, worse, before, RULE)).toMatchObject({ verdict: 'ok', reason: 'stable' })
    }
  })

  test('a loss that reaches a threshold and may be chance is unconfirmed, and says why', () => {
    const random = seeded(12)
    const baseline = sumsOf(20_000, () => 0.2 + random() / 10)
    const window = sumsOf(300, () => 0.26 + (random() < 0.5 ? 0.2 : -0.2))
    const found = judgePerformance('brier', baseline, window, {
      ...RULE,
      thresholds: { warning: 0.01, critical: 0.5 },
    })
    expect(found).toMatchObject({ verdict: 'unconfirmed', reason: 'not_significant' })
    expect(explainPerformance(found, { ...RULE, thresholds: { warning: 0.01, critical: 0.5 } })).toMatch(
      /^Brier score went from 0\.25 to 0\.2\d+: a loss of \d+(\.\d)?% reaches the warning threshold of 1%, but with 300 labelled rows in the window it cannot be distinguished from chance \(noise floor \d+(\.\d)?%\)\.$/,
    )
  })

  test('marks of changes are of that metric', () => {
    const random = seeded(6)
    const baseline = sumsOf(5000, () => random() / 2)
    const hours = Array.from({ length: 400 }, (_, i) => ({
      time: i * 3_600_000,
      losses: sumsOf(60, () => (random() / 2) * (i < 200 ? 1 : 2)),
    }))
    const marks = changeMarks('brier', baseline, hours).filter(({ detector }) => detector === 'page_hinkley')
    expect(marks).toMatchObject([{ metric: 'brier', direction: 'worse' }])
    expect(Math.abs(marks[0].time / 3_600_000 - 200)).toBeLessThanOrEqual(24)
    expect(marks[0].after / marks[0].before).toBeCloseTo(2, 0)
  })
})

describe('a monitor', () => {
  let service: TestService
  const HOUR = 3_600_000
  const START = Date.UTC(2026, 0, 1)
  const DAYS = 10

  beforeAll(async () => {
    service = await testService()
    const random = seeded(9)
    const must = async (path: string, body: unknown, headers?: Record<string, string>) => {
      const answer = await service.call('POST', path, body, headers)
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
      return answer.body
    }
    const features = { x: 'numeric' }
    await must('/models', { name: 'hard', task: 'binary', positive: 'yes', features })
    await must('/models', { name: 'price', task: 'regression', features })
    const rows = Array.from({ length: DAYS * 24 * 20 }, (_, i) => {
      const ts = START + Math.floor((i * HOUR) / 20)
      const positive = random() < 0.4
      const wrong = random() < (ts < START + 7 * 24 * HOUR ? 0.05 : 0.15)
      return { id: `r${i}`, ts, label: positive ? 'yes' : 'no', score: positive === wrong ? 0 : 1 }
    })
    const ndjson = { 'content-type': 'application/x-ndjson' }
    const lines = (of: (row: (typeof rows)[number]) => unknown) => rows.map((row) => JSON.stringify(of(row)))
    await must(
      '/models/hard/predictions',
      lines(({ id, ts, score }) => ({
        id,
        ts,
        features: { x: 1 },
        score,
        prediction: score ? 'yes' : 'no',
      })).join('\n'),
      ndjson,
    )
    await must(
      '/models/hard/labels',
      lines(({ id, ts, label }) => ({ id, label, prediction_ts: ts })).join('\n'),
      ndjson,
    )
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-06T00:00:00Z' }
    await must('/models/hard/baselines', { name: 'first', window })
    const model = (await service.models.find('hard'))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  })

  const declare = (body: object) =>
    service.call('POST', '/monitors', { checks: ['performance'], label_delay: '1h', ...body })

  test.each<[string, DecidingMetric, string]>([
    ['hard', 'rmse', '"rmse" is not available for a binary model: use log_loss, brier or accuracy'],
    ['price', 'brier', '"brier" is not available for a regression model: use rmse or mae'],
  ])('of %s is refused %s, and told which there are', async (model, metric, message) => {
    const { status, body } = await declare({ name: 'wrong', model, performance: { metric } })
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ path: 'performance.metric', message }])
    const unknown = await declare({ name: 'wrong', model, performance: { metric: 'roc_auc' } })
    expect([unknown.status, unknown.body.errors[0].path]).toEqual([400, 'performance.metric'])
    expect((await service.call('GET', '/monitors/wrong')).status).toBe(404)
  })

  test('is warned that the log loss of scores of exactly 0 and 1 tells little', async () => {
    const { status, body } = await declare({ name: 'loss', model: 'hard' })
    expect(status).toBe(201)
    expect(body.warnings).toMatchObject([{ code: 'log_loss_of_hard_scores', share: 1 }])
    expect(body.warnings[0].message).toContain('100% of the scores of baseline 1 are exactly 0 or 1')
    expect(body.warnings[0].message).toContain('performance: { metric: brier }')
    for (const metric of ['brier', 'accuracy'])
      expect((await declare({ name: 'loss', model: 'hard', performance: { metric } })).body.warnings).toEqual(
        [],
      )
    expect((await declare({ name: 'loss', model: 'hard', checks: ['feature'] })).body.warnings).toEqual([])
  })

  test('decides by it: results, reproduction, backtest and the page follow', async () => {
    await declare({ name: 'brier', model: 'hard', performance: { metric: 'brier' } })
    const asOf = new Date(START + 9 * 24 * HOUR + 2 * HOUR).toISOString()
    const { body: run } = await service.call('POST', '/monitors/brier/run', { asOf })
    expect(run.results).toMatchObject([{ kind: 'performance', column: 'brier', verdict: 'critical' }])
    expect(run.results[0].explanation).toMatch(/^Brier score rose from 0\.0\d+ to 0\.1\d+, a loss of/)
    const { body: again } = await service.call('POST', `/results/${run.results[0].id}/reproduce`)
    expect(again).toMatchObject({
      agrees: true,
      evaluation: { status: 'agrees' },
      window: { status: 'agrees' },
    })

    const period = { from: '2026-01-07T00:00:00Z', to: '2026-01-10T00:00:00Z' }
    const { body: told } = await service.call('POST', '/monitors/brier/backtest', period)
    expect(told.alerts[0].members).toMatchObject([{ column: 'brier' }])
    const other = { ...period, performance: { metric: 'accuracy' } }
    const { body: otherwise } = await service.call('POST', '/monitors/brier/backtest', other)
    expect(otherwise.alerts[0].members).toMatchObject([{ column: 'accuracy' }])
    const wrong = await service.call('POST', '/monitors/brier/backtest', {
      ...period,
      performance: { metric: 'mae' },
    })
    expect(wrong.status).toBe(422)

    const page = async (query: string) =>
      (await service.call('GET', `/models/hard/performance?${query}`)).body
    expect((await page('monitor=brier')).primary).toBe('brier')
    await declare({ name: 'a', model: 'hard', performance: { metric: 'accuracy' } })
    expect((await page('')).primary).toBe('accuracy')
    expect((await page('monitor=brier')).primary).toBe('brier')
  })
})

test('scores of exactly 0 and 1 are counted where they have bins of their own', () => {
  const edges = [-Number.MAX_VALUE, 0, nextDouble(0), 0.5, 1, nextDouble(1)]
  const binning = {
    kind: 'numeric' as const,
    edges,
    groups: { by: 'edge' as const, edges: [0.5] },
    centre: 0.5,
  }
  const column = (name: string, counts: number[]) => ({
    role: 'score' as const,
    name,
    binning,
    profile: { counts, sums: [], squares: 0 },
  })
  expect(hardScoreShare([column('score', [10, 0, 5, 60, 30, 5, 0])])).toBeCloseTo(0.1, 12)
  // A class that surely is not says nothing on those that may be.
  const classes = [column('scores.a', [0, 0, 50, 40, 0, 10, 0]), column('scores.b', [0, 0, 60, 40, 0, 0, 0])]
  expect(hardScoreShare(classes)).toBeCloseTo(0.1, 12)
})
