/** Performance from sums: against the definitions row by row, and how often intervals and the test are wrong. */
import { describe, expect, test } from 'vitest'
import { f1, macroF1, precision, recall, type Confusion } from '../../../detectors/performance/confusion.ts'
import { estimateBinary, estimateMulticlass } from '../../../detectors/performance/estimate.ts'
import { explainPerformance } from '../../../detectors/performance/explain-performance.ts'
import {
  judgePerformance,
  performanceWantsLongerWindow,
  primaryMetric,
} from '../../../detectors/performance/judge-performance.ts'
import { performanceMetrics, type PerformanceSums } from '../../../detectors/performance/metrics.ts'
import { rocAuc } from '../../../detectors/performance/roc-auc.ts'
import { normalIsf, normalSf } from '../../../detectors/statistics/tails.ts'
import type { LossSums } from '../../../store/labelled/loss-sums.ts'
import { seeded } from '../../support/samples/columns.ts'

const NOTHING: LossSums = {
  rows: 0, scored: 0, judged: 0, hits: 0, loss: 0, lossSquares: 0, brier: 0, brierSquares: 0, absolute: 0,
} // prettier-ignore
const RULE = { alpha: 1e-3, thresholds: { warning: 0.05, critical: 0.1 }, minRows: 200 }

const add = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const mean = (values: readonly number[]) => add(values) / values.length

interface Row {
  score: number
  label: 0 | 1
  prediction: 0 | 1
}

/** The sums of a binary model, over bins of the score; class 0 is the positive one. */
function binarySums(rows: readonly Row[], bins = 10): PerformanceSums {
  const losses = rows.map(({ score, label }) => {
    const p = Math.min(Math.max(score, 1e-15), 1 - 1e-15)
    return -Math.log(label === 1 ? p : 1 - p)
  })
  const briers = rows.map(({ score, label }) => (score - label) ** 2)
  const positives = new Array<number>(bins).fill(0)
  const negatives = new Array<number>(bins).fill(0)
  const counts = [0, 1].map(() => [0, 0])
  for (const { score, label, prediction } of rows) {
    const bin = Math.min(bins - 1, Math.floor(score * bins))
    if (label === 1) positives[bin]++
    else negatives[bin]++
    counts[1 - prediction][1 - label]++
  }
  return {
    losses: {
      ...NOTHING,
      rows: rows.length,
      scored: rows.length,
      judged: rows.length,
      hits: rows.filter(({ label, prediction }) => label === prediction).length,
      loss: add(losses),
      lossSquares: add(losses.map((loss) => loss ** 2)),
      brier: add(briers),
      brierSquares: add(briers.map((brier) => brier ** 2)),
    },
    confusion: { counts },
    scores: { positives, negatives, single: positives.map(() => false) },
  }
}

function drawBinary(random: () => number, n: number, distort = 1): Row[] {
  return Array.from({ length: n }, () => {
    const score = random() ** 2
    return { score, label: random() < Math.min(1, score * distort) ? 1 : 0, prediction: score >= 0.4 ? 1 : 0 }
  })
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function regressionSums(random: () => number, n: number, noise = 1): PerformanceSums {
  const labels = Array.from({ length: n }, () => normal(random))
  const errors = labels.map(() => noise * normal(random))
  const squares = errors.map((error) => error ** 2)
  return {
    losses: {
      ...NOTHING,
      rows: n,
      scored: n,
      loss: add(squares),
      lossSquares: add(squares.map((square) => square ** 2)),
      absolute: add(errors.map(Math.abs)),
    },
    labels: { sum: add(labels), squares: add(labels.map((label) => label ** 2)) },
  }
}

describe('metrics against their definitions', () => {
  const rows = drawBinary(seeded(1), 500)
  const metrics = performanceMetrics('binary', binarySums(rows))

  test('binary', () => {
    const tp = rows.filter(({ label, prediction }) => label === 1 && prediction === 1).length
    const predicted = rows.filter(({ prediction }) => prediction === 1).length
    const positive = rows.filter(({ label }) => label === 1).length
    expect(metrics.accuracy!.value).toBeCloseTo(mean(rows.map((r) => Number(r.label === r.prediction))), 12)
    expect(metrics.precision!.value).toBeCloseTo(tp / predicted, 12)
    expect(metrics.recall!.value).toBeCloseTo(tp / positive, 12)
    expect(metrics.f1!.value).toBeCloseTo((2 * tp) / (predicted + positive), 12)
    expect(Object.keys(metrics)).toEqual([
      'log_loss',
      'brier',
      'accuracy',
      'precision',
      'recall',
      'f1',
      'roc_auc',
    ])
  })

  test('the exact area under the ROC curve lies within the bound of the binned one', () => {
    const [positive, negative] = [1, 0].map((y) => rows.filter(({ label }) => label === y))
    const exact = mean(
      positive.flatMap((p) => negative.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0))),
    )
    const { value, bound } = metrics.roc_auc!
    expect(Math.abs(exact - value)).toBeLessThanOrEqual(bound!)
    expect(bound).toBeGreaterThan(0)
  })

  test('over bins of one score each the area is exact, and its variance that of DeLong', () => {
    // Ten positives at 1 and twenty at 2, ten negatives at 0 and at 2: positives beat ½ and ¾, negatives are beaten by 1 and ⅓.
    const bins = { positives: [0, 10, 20], negatives: [10, 0, 10] }
    const { value, low, high, bound } = rocAuc(bins, [true, true, true])!
    expect(value).toBeCloseTo(2 / 3, 12)
    expect(bound).toBe(0)
    const squares = [(10 * 0.5 ** 2 + 20 * 0.75 ** 2) / 30, (10 + 10 / 9) / 20]
    const half = 1.959963984540054 * Math.sqrt((squares[0] - 4 / 9) / 29 + (squares[1] - 4 / 9) / 19)
    expect(low).toBeCloseTo(2 / 3 - half, 12)
    expect(high).toBeCloseTo(2 / 3 + half, 12)
    expect(rocAuc({ positives: [0, 0], negatives: [1, 2] })).toBeUndefined()
  })

  test('several classes', () => {
    // A published example: NannyML's test of metrics from a confusion matrix, here predicted by true.
    const published = [[4912, 870, 799], [846, 5203, 690], [837, 773, 5070]] // prettier-ignore
    const counts = [0, 1, 2].map((predicted) => [...published.map((row) => row[predicted]), 0])
    const confusion: Confusion = { counts: [...counts, [0, 0, 0, 0]] }
    expect(macroF1(confusion, [0, 1, 2])!.value).toBeCloseTo(0.7591696119851717, 12)
    expect(mean([0, 1, 2].map((k) => precision(confusion, k)!.value))).toBeCloseTo(0.7592654003621705, 12)
    expect(mean([0, 1, 2].map((k) => recall(confusion, k)!.value))).toBeCloseTo(0.7591487232538365, 12)
  })

  test('a class that is neither label nor predicted is not among those averaged', () => {
    const confusion: Confusion = { counts: [[5, 1, 0, 0], [2, 4, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]] } // prettier-ignore
    expect(f1(confusion, 2)).toBeUndefined()
    expect(macroF1(confusion, [0, 1, 2])!.value).toBeCloseTo(
      mean([0, 1].map((k) => f1(confusion, k)!.value)),
      12,
    )
    expect(macroF1({ counts: [[0]] }, [0])).toBeUndefined()
  })

  test('regression', () => {
    const labels = [1, 2, 4, 7]
    const predictions = [1.5, 2, 3, 9]
    const errors = labels.map((label, i) => predictions[i] - label)
    const centred = labels.map((label) => label - 3)
    const metrics = performanceMetrics('regression', {
      losses: {
        ...NOTHING,
        rows: 4,
        scored: 4,
        loss: add(errors.map((e) => e ** 2)),
        lossSquares: add(errors.map((e) => e ** 4)),
        absolute: add(errors.map(Math.abs)),
      },
      labels: { sum: add(centred), squares: add(centred.map((x) => x ** 2)) },
    })
    expect(metrics.rmse!.value).toBeCloseTo(Math.sqrt(5.25 / 4), 12)
    expect(metrics.mae!.value).toBeCloseTo(3.5 / 4, 12)
    expect(metrics.r_squared!.value).toBeCloseTo(1 - 5.25 / 21, 12)
  })

  test('nothing is computed from nothing', () => {
    const none = { losses: NOTHING, confusion: { counts: [[0, 0], [0, 0]] }, scores: { positives: [0], negatives: [0], single: [false] } } // prettier-ignore
    expect(performanceMetrics('binary', none)).toEqual({})
    expect(performanceMetrics('regression', { losses: NOTHING, labels: { sum: 0, squares: 0 } })).toEqual({})
    const one = performanceMetrics('regression', { losses: { ...NOTHING, scored: 1, loss: 4, absolute: 2 } })
    expect(one).toEqual({ rmse: { value: 2 }, mae: { value: 2 } })
  })

  test('the share of rows that a normal number exceeds, and back', () => {
    for (const p of [0.9, 0.5, 0.025, 1e-4, 1e-30]) expect(normalSf(normalIsf(p)) / p).toBeCloseTo(1, 9)
  })
})

describe('intervals hold the truth about as often as they say', () => {
  const RUNS = 300
  /** 95%, less three standard errors of so many runs and a point for the approximation. */
  const MIN_SHARE = 0.95 - 0.01 - 3 * Math.sqrt((0.95 * 0.05) / RUNS)

  test.each(['log_loss', 'brier', 'accuracy', 'precision', 'recall', 'f1', 'roc_auc'] as const)(
    '%s',
    (name) => {
      const truth = performanceMetrics('binary', binarySums(drawBinary(seeded(2), 200_000)))[name]!.value
      const random = seeded(3)
      const held = Array.from({ length: RUNS }, () => {
        const { low, high } = performanceMetrics('binary', binarySums(drawBinary(random, 600)))[name]!
        return low! <= truth && truth <= high!
      })
      expect(held.filter(Boolean).length / RUNS).toBeGreaterThan(MIN_SHARE)
      expect(held.filter(Boolean).length / RUNS).toBeLessThan(1)
    },
  )

  test.each(['rmse', 'mae'] as const)('%s', (name) => {
    const truth = name === 'rmse' ? 1 : Math.sqrt(2 / Math.PI)
    const random = seeded(4)
    const held = Array.from({ length: RUNS }, () => {
      const { low, high } = performanceMetrics('regression', regressionSums(random, 400))[name]!
      return low! <= truth && truth <= high!
    })
    expect(held.filter(Boolean).length / RUNS).toBeGreaterThan(MIN_SHARE)
  })

  test('macro F1', () => {
    const shares = [[0.3, 0.05, 0.02], [0.1, 0.2, 0.03], [0.02, 0.08, 0.2]] // prettier-ignore
    const matrix = (counts: number[][]): Confusion => ({
      counts: [...counts.map((row) => [...row, 0]), [0, 0, 0, 0]],
    })
    const truth = macroF1(matrix(shares), [0, 1, 2])!.value
    const random = seeded(5)
    const held = Array.from({ length: RUNS }, () => {
      const counts = shares.map((row) => row.map(() => 0))
      for (let i = 0; i < 500; i++) {
        let u = random()
        const cell = shares.flat().findIndex((share) => (u -= share) < 0)
        counts[Math.floor(cell / 3)][cell % 3]++
      }
      const { low, high } = macroF1(matrix(counts), [0, 1, 2])!
      return low! <= truth && truth <= high!
    })
    expect(held.filter(Boolean).length / RUNS).toBeGreaterThan(MIN_SHARE)
    expect(held.filter(Boolean).length / RUNS).toBeLessThan(1)
  })
})

describe('the verdict on performance', () => {
  const sums = (task: 'binary' | 'regression', seed: number, n: number, worse = 1) =>
    (task === 'binary'
      ? binarySums(drawBinary(seeded(seed), n, worse))
      : regressionSums(seeded(seed), n, worse)
    ).losses

  test('a loss is a warning from 5%, critical from 10%, and only when it is significant', () => {
    const judge = (hits: number, n: number) =>
      judgePerformance(
        'accuracy',
        { ...NOTHING, judged: 10_000, hits: 8000 },
        { ...NOTHING, judged: n, hits },
        RULE,
      )
    expect(judge(7440, 10_000)).toMatchObject({ verdict: 'warning', reason: 'performance' })
    expect(judge(7440, 10_000).effect).toBeCloseTo(0.07, 12)
    expect(judge(7000, 10_000)).toMatchObject({ verdict: 'critical', reason: 'performance' })
    expect(judge(9000, 10_000)).toMatchObject({ verdict: 'ok', reason: 'stable' })
    expect(judge(372, 500)).toMatchObject({ verdict: 'unconfirmed', reason: 'not_significant' })
    expect(judge(385, 500)).toMatchObject({ verdict: 'ok', reason: 'stable' })
    expect(judge(148, 200)).toMatchObject({ verdict: 'insufficient_data', reason: 'noise_floor' })
    expect(judge(10, 199)).toMatchObject({ verdict: 'insufficient_data', reason: 'too_few_rows' })
    expect(judge(0, 0)).toMatchObject({ verdict: 'insufficient_data', reason: 'empty' })
  })

  test('log loss and RMSE: the relative loss is that of the metric', () => {
    const binary = judgePerformance('log_loss', sums('binary', 1, 5000), sums('binary', 2, 5000, 2), RULE)
    expect(binary).toMatchObject({ verdict: 'critical', reason: 'performance' })
    const { value, effect } = binary
    expect(effect).toBeCloseTo(value!.window / value!.baseline - 1, 12)
    const regression = judgePerformance(
      'rmse',
      sums('regression', 1, 5000),
      sums('regression', 2, 5000, 1.15),
      RULE,
    )
    expect(regression.verdict).toBe('critical')
    expect(regression.effect).toBeCloseTo(0.15, 1)
    expect(
      judgePerformance('rmse', sums('regression', 1, 5000), sums('regression', 2, 5000, 0.5), RULE).verdict,
    ).toBe('ok')
  })

  test('a metric that was and is perfect, or no longer is', () => {
    const perfect = { ...NOTHING, scored: 500 }
    expect(judgePerformance('rmse', perfect, perfect, RULE)).toMatchObject({ verdict: 'ok', effect: 0 })
    const worse = { ...perfect, loss: 500, lossSquares: 500 }
    expect(judgePerformance('rmse', perfect, worse, RULE)).toMatchObject({
      verdict: 'critical',
      effect: Infinity,
    })
  })

  test.each([NaN, Infinity, null as unknown as number])(
    'of errors that add up to %s there is none',
    (huge) => {
      const side = { ...NOTHING, rows: 500, scored: 500, loss: 500, lossSquares: 900, absolute: 400 }
      for (const metric of ['rmse', 'mae'] as const)
        for (const broken of [{ lossSquares: huge, ...(metric === 'mae' && { loss: huge }) }, { loss: huge }])
          for (const [b, c] of [
            [{ ...side, ...broken }, side],
            [side, { ...side, ...broken }],
          ]) {
            const judged = judgePerformance(metric, b, c, RULE)
            expect(judged).toMatchObject({ verdict: 'insufficient_data', reason: 'too_large' })
            expect(performanceWantsLongerWindow(judged, RULE)).toBe(false)
            expect(explainPerformance(judged, RULE)).toContain('cannot be computed: look for broken labels')
          }
    },
  )

  test('metrics of errors too large to be added up are absent, and intervals of those whose squares are', () => {
    const losses = { ...NOTHING, rows: 500, scored: 500, loss: 500, lossSquares: NaN, absolute: 400 }
    expect(performanceMetrics('regression', { losses })).toEqual({
      rmse: { value: 1 },
      mae: { value: 0.8, low: expect.any(Number) as number, high: expect.any(Number) as number },
    })
    expect(performanceMetrics('regression', { losses: { ...losses, loss: NaN } })).toEqual({
      mae: { value: 0.8 },
    })
  })

  test('a loss against a perfect baseline has no size in words', () => {
    const perfect = { ...NOTHING, scored: 500 }
    const said = (window: LossSums) =>
      explainPerformance(judgePerformance('rmse', perfect, window, RULE), RULE)
    expect(said({ ...perfect, loss: 500, lossSquares: 500 })).toBe(
      'RMSE rose from 0 to 1, a loss of unlimited size (critical threshold 10%) over 500 labelled rows.',
    )
    expect(said({ ...perfect, loss: 500, lossSquares: 250_000 })).toBe(
      'RMSE went from 0 to 1: a loss of unlimited size reaches the critical threshold of 10%, but with 500 labelled rows in the window it cannot be distinguished from chance.',
    )
    const wrong = { ...NOTHING, judged: 500 }
    const accuracy = judgePerformance('accuracy', wrong, { ...wrong, hits: 100 }, RULE)
    expect(explainPerformance(accuracy, RULE)).toBe(
      'With 500 labelled rows, no loss can be distinguished from chance, however large: the accuracy of the baseline is 0.',
    )
  })

  test('the metric that decides', () => {
    expect(primaryMetric('regression', { scored: 1 })).toBe('rmse')
    expect(primaryMetric('binary', { scored: 1 })).toBe('log_loss')
    expect(primaryMetric('multiclass', { scored: 0 })).toBe('accuracy')
  })

  test.each([
    ['log_loss', 'binary', 300],
    ['rmse', 'regression', 300],
    ['accuracy', 'binary', 300],
  ] as const)(
    'with nothing changed p-values of %s are not smaller than uniform beyond the bound',
    (metric, task, n) => {
      const RUNS = 300
      const ps = Array.from(
        { length: RUNS },
        (_, run) =>
          judgePerformance(metric, sums(task, 2 * run, 2000), sums(task, 2 * run + 1, n), RULE).pValue!,
      )
      for (const t of [0.001, 0.01, 0.05, 0.1, 0.25, 0.5]) {
        const share = ps.filter((p) => p < t).length / RUNS
        expect(share, `p < ${t}`).toBeLessThanOrEqual(1.25 * t + 0.002 + 3 * Math.sqrt((t * (1 - t)) / RUNS))
      }
    },
  )
})

describe('performance before labels come', () => {
  /** Calibration as exact as counts of a million a bin can tell. */
  const certain = (rates: number[]) => ({
    rows: rates.map(() => 1e6),
    positives: rates.map((rate) => 1e6 * rate),
  })

  test('of calibrated scores, a bin each: the expectation over labels, row by row', () => {
    const scores = [0.03, 0.12, 0.25, 0.33, 0.48, 0.61, 0.72, 0.84, 0.91, 0.97]
    const window = { rows: scores.map(() => 1), scoreSums: scores }
    const estimate = estimateBinary({ baseline: certain(scores), window, positiveShare: 0.5 })!
    expect(estimate.accuracy).toBeCloseTo(mean(scores.map((s) => Math.max(s, 1 - s))), 12)
    expect(estimate.log_loss).toBeCloseTo(
      mean(scores.map((s) => -s * Math.log(s) - (1 - s) * Math.log(1 - s))),
      12,
    )
    expect(estimate.brier).toBeCloseTo(mean(scores.map((s) => s * (1 - s))), 12)
    let [wins, pairs] = [0, 0]
    for (const p of scores)
      for (const n of scores) {
        pairs += p * (1 - n)
        wins += p * (1 - n) * (p > n ? 1 : p === n ? 0.5 : 0)
      }
    expect(estimate.roc_auc).toBeCloseTo(wins / pairs, 12)
  })

  test('scores that are wrong are read by the rates that they had', () => {
    // The model says 0.9 where 0.6 are positive: the loss is that of its word, the accuracy that of the rates.
    const window = { rows: [10, 10], scoreSums: [1, 9] }
    const estimate = estimateBinary({ baseline: certain([0.1, 0.6]), window, positiveShare: 0.5 })!
    expect(estimate.accuracy).toBeCloseTo((0.9 + 0.6) / 2, 12)
    const loss = (rate: number, score: number) => -rate * Math.log(score) - (1 - rate) * Math.log(1 - score)
    expect(estimate.log_loss).toBeCloseTo((loss(0.1, 0.1) + loss(0.6, 0.9)) / 2, 12)
  })

  test('agrees with what labels tell, where they follow the scores as they did', () => {
    const reference = drawBinary(seeded(11), 50_000, 0.8)
    const current = drawBinary(seeded(12), 50_000, 0.8).map((row) => ({
      ...row,
      score: Math.sqrt(row.score),
    }))
    const shifted = current.map((row, i): Row => ({
      ...row,
      label: seeded(i)() < 0.8 * row.score ? 1 : 0,
      prediction: row.score >= 0.4 ? 1 : 0,
    }))
    const { scores } = binarySums(reference, 200)
    const rows = scores!.positives.map((p, i) => p + scores!.negatives[i])
    const bin = ({ score }: Row) => Math.min(199, Math.floor(score * 200))
    const over = (value: (row: Row) => number) =>
      rows.map((_, i) => add(shifted.filter((row) => bin(row) === i).map(value)))
    const estimate = estimateBinary({
      baseline: { rows, positives: scores!.positives },
      window: { rows: over(() => 1), scoreSums: over(({ score }) => score) },
      positiveShare: mean(shifted.map(({ prediction }) => prediction)),
    })!
    const realised = performanceMetrics('binary', binarySums(shifted, 200))
    expect(estimate.accuracy).toBeCloseTo(realised.accuracy!.value, 1.7)
    expect(estimate.log_loss).toBeCloseTo(realised.log_loss!.value, 1.7)
    expect(estimate.roc_auc).toBeCloseTo(realised.roc_auc!.value, 1.7)
  })

  test('several classes: each by its own rates, and those never predicted left out', () => {
    const estimate = estimateMulticlass([
      { rows: [100, 100], hits: [50, 90], window: [10, 30] },
      { rows: [100, 0], hits: [80, 0], window: [20, 40] },
      { rows: [0, 0], hits: [0, 0], window: [7, 7] },
    ])!
    expect(estimate.accuracy).toBeCloseTo((10 * 0.5 + 30 * 0.9 + 60 * 0.8) / 100, 12)
    expect(estimateMulticlass([{ rows: [0], hits: [0], window: [5] }])).toBeUndefined()
  })

  test('rates never fall with the score, and bins without labels lie between their neighbours', () => {
    // Rates 0.2 and 0.6, then 0.4 and nothing: pooled they are 0.2, 0.5, 0.5 and again 0.5.
    const baseline = { rows: [10, 10, 10, 0], positives: [2, 6, 4, 0] }
    const accuracy = (rows: number[]) =>
      estimateBinary({ baseline, window: { rows, scoreSums: rows.map((n) => n / 2) }, positiveShare: 1 })!
        .accuracy
    expect([1, 0, 0, 0].map((_, i) => accuracy([0, 1, 2, 3].map((k) => Number(k === i))))).toEqual([
      0.2, 0.5, 0.5, 0.5,
    ])
    const gap = { rows: [10, 0, 10], positives: [2, 0, 6] }
    const window = { rows: [0, 5, 0], scoreSums: [0, 2, 0] }
    expect(estimateBinary({ baseline: gap, window, positiveShare: 1 })!.accuracy).toBeCloseTo(0.4, 12)
  })

  test('without scores there is none', () => {
    const empty = { rows: [0, 0], scoreSums: [0, 0] }
    expect(estimateBinary({ baseline: certain([0.1, 0.6]), window: empty })).toBeUndefined()
    expect(
      estimateBinary({ baseline: { rows: [0], positives: [0] }, window: { rows: [5], scoreSums: [2] } }),
    ).toBeUndefined()
  })
})
