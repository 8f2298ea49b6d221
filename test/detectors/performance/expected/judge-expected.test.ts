/** The verdict on expected performance: by hand, and what is said of it. */
import { describe, expect, test } from 'vitest'
import type { ExpectedInput } from '../../../../detectors/performance/expected/expected-input.ts'
import { explainExpected } from '../../../../detectors/performance/expected/explain-expected.ts'
import {
  expectedWantsLongerWindow,
  judgeExpected,
} from '../../../../detectors/performance/expected/judge-expected.ts'
import { normalSf } from '../../../../detectors/statistics/tails.ts'

const RULE = { alpha: 1e-3, thresholds: { warning: 0.05, critical: 0.1 }, minRows: 200 }

/** Two bins, of which the second has more errors; scores are what a bin's rows have. */
function binary(window: readonly [number, number], metric: 'log_loss' | 'brier' | 'accuracy' = 'brier') {
  const side = (rows: readonly [number, number]) => ({
    rows,
    scores: [rows[0] * 0.2, rows[1] * 0.5],
    within: 0,
    positiveShare: rows[1] / (rows[0] + rows[1]),
  })
  const input: ExpectedInput = {
    task: 'binary',
    metric,
    rates: { rows: [800, 200], hits: [160, 100] },
    baseline: side([800, 200]),
    window: side(window),
  }
  return input
}

const regression = (window: readonly number[], metric: 'rmse' | 'mae' = 'rmse'): ExpectedInput => ({
  task: 'regression',
  metric,
  // Bins 0 and 1 share a range; bin 3 is beyond the labelled rows.
  rates: { bins: [0, 0, 1, null], rows: [500, 500], sums: [500, 2000], squares: [1000, 16_000] },
  baseline: { rows: [250, 250, 500, 0] },
  window: { rows: window },
})

describe('by hand', () => {
  test('Brier score: 0.16 at a score of 0.2, 0.25 at one of 0.5', () => {
    const { value, effect, pValue, rows, verdict } = judgeExpected(binary([500, 500]), RULE)
    expect(value!.baseline).toBeCloseTo(0.8 * 0.16 + 0.2 * 0.25, 12)
    expect(value!.window).toBeCloseTo(0.205, 12)
    expect(effect).toBeCloseTo(0.205 / 0.178 - 1, 12)
    expect(rows).toEqual({ baseline: 1000, window: 1000, labelled: 1000 })
    expect(verdict).toBe('critical')
    // Own variances: 0.09² p (1 - p) n / (n - 1); both sides together have p = 0.35.
    const own = (0.09 ** 2 * (0.16 + 0.25)) / 999
    const pooled = ((0.09 ** 2 * 0.35 * 0.65 * 2000) / 1999) * (2 / 1000)
    // Half of the window's rows more are in the bin of slope 0, and fewer by 0.3 in that of slope 0.64 - 0.04.
    const rate = (160.5 / 801) * (1 - 160.5 / 801)
    const ofRates = ((-0.3 * 0.6) ** 2 * rate) / 800
    expect(pValue).toBeCloseTo(normalSf(0.027 / Math.sqrt(Math.max(own, pooled) + ofRates)), 12)
  })

  test('log loss: entropies, where scores are the rates', () => {
    const { value } = judgeExpected(binary([500, 500], 'log_loss'), RULE)
    const low = -0.2 * Math.log(0.2) - 0.8 * Math.log(0.8)
    expect(value!.window).toBeCloseTo((low + Math.log(2)) / 2, 12)
  })

  test('accuracy: 80% below and 50% above, the highest scores being those predicted as positive', () => {
    const { value, effect } = judgeExpected(binary([500, 500], 'accuracy'), RULE)
    expect([value!.baseline, value!.window]).toEqual([expect.closeTo(0.74, 12), expect.closeTo(0.65, 12)])
    expect(effect).toBeCloseTo(0.09 / 0.74, 12)
  })

  test('several classes: how often each is right at its score; classes without rows are left out', () => {
    const rates = {
      rows: [100, 300, 400, 0],
      hits: [40, 270, 320, 0],
      groups: [
        { from: 0, to: 2 },
        { from: 2, to: 3 },
        { from: 3, to: 4 },
      ],
    }
    const input: ExpectedInput = {
      task: 'multiclass',
      metric: 'accuracy',
      rates,
      baseline: { rows: [100, 300, 400, 0] },
      window: { rows: [300, 100, 400, 20], unbinned: 30 },
    }
    const { value, unknown, rows } = judgeExpected(input, RULE)
    expect(value!.baseline).toBeCloseTo(630 / 800, 12)
    expect(value!.window).toBeCloseTo((300 * 0.4 + 100 * 0.9 + 400 * 0.8) / 800, 12)
    expect([unknown, rows.window]).toEqual([50, 800])
  })

  test('regression: mean errors of ranges of the prediction, and RMSE as their root', () => {
    const judged = judgeExpected(regression([100, 100, 800, 0]), RULE)
    expect(judged.value!.baseline).toBeCloseTo(Math.sqrt(0.5 * 1 + 0.5 * 4), 12)
    expect(judged.value!.window).toBeCloseTo(Math.sqrt(0.2 * 1 + 0.8 * 4), 12)
    expect(judgeExpected(regression([100, 100, 800, 0], 'mae'), RULE).value!.window).toBeCloseTo(3.4, 12)
  })
})

describe('verdicts', () => {
  test.each([
    ['the same shares', binary([1600, 400]), 'ok', 'stable'],
    ['better', binary([2000, 0]), 'ok', 'stable'],
    ['a loss', binary([1000, 1000]), 'critical', 'expected_loss'],
    ['few rows', binary([50, 100]), 'insufficient_data', 'too_few_rows'],
    ['no rows', binary([0, 0]), 'insufficient_data', 'empty'],
    ['beyond', regression([300, 300, 300, 150]), 'insufficient_data', 'beyond_baseline'],
    ['all beyond', regression([0, 0, 0, 900]), 'insufficient_data', 'beyond_baseline'],
    ['hardly any like them', { ...regression([300, 300, 600, 0]), rates: { bins: [0, 0, 1, null], rows: [996, 4], sums: [996, 16], squares: [1992, 64] } } as ExpectedInput, 'insufficient_data', 'beyond_baseline'], // prettier-ignore
    ['no error at all', { ...regression([300, 300, 600, 0]), rates: { bins: [0, 0, 1, null], rows: [500, 500], sums: [0, 0], squares: [0, 0] } } as ExpectedInput, 'insufficient_data', 'no_error_in_baseline'], // prettier-ignore
    ['an error too large', { ...regression([300, 300, 600, 0]), rates: { bins: [0, 0, 1, null], rows: [500, 500], sums: [500, NaN], squares: [900, NaN] } } as ExpectedInput, 'insufficient_data', 'too_large'], // prettier-ignore
    ['some beyond', regression([300, 300, 600, 90]), 'ok', 'stable'],
  ])('%s', (_, input, verdict, reason) => {
    const judged = judgeExpected(input, RULE)
    expect([judged.verdict, judged.reason]).toEqual([verdict, reason])
  })

  test('without labels, or classes for accuracy, there is none', () => {
    const input = binary([500, 500], 'accuracy')
    const bare = { ...input, rates: { rows: [0, 0], hits: [0, 0] } }
    const { positiveShare: _, ...classless } = input.window
    for (const [one, words] of [
      [bare, 'The baseline has no labelled rows from which the accuracy could be estimated.'],
      [
        { ...input, window: classless },
        'The predictions have scores but no classes from which the accuracy could be estimated.',
      ],
    ] as const) {
      const judged = judgeExpected(one, RULE)
      expect([judged.verdict, judged.reason]).toEqual(['insufficient_data', 'empty'])
      expect(explainExpected(judged, RULE)).toBe(words)
    }
  })

  test('only rows make a longer window worth it, not what lies beyond the baseline', () => {
    const wants = (input: ExpectedInput) => expectedWantsLongerWindow(judgeExpected(input, RULE), RULE)
    expect(wants(binary([50, 100]))).toBe(true)
    expect(wants(binary([500, 500]))).toBe(false)
    expect(wants(regression([0, 0, 0, 900]))).toBe(false)
  })
})

test('sentences', () => {
  const said = (input: ExpectedInput) => explainExpected(judgeExpected(input, RULE), RULE)
  expect(said(binary([1000, 1000]))).toBe(
    'Brier score is expected to rise from 0.178 to 0.205, a loss of 15.2% (critical threshold 10%), estimated from 2,000 predictions in the window before their labels; this holds as long as labels given the score are as they were in the baseline.',
  )
  expect(said(regression([300, 300, 600, 90]))).toBe(
    'RMSE is expected to go from 1.58 to 1.58: no loss that is both significant and large enough (warning threshold 5%) in 1,200 predictions in the window (90 more are beyond the baseline and left out), as long as the errors at each prediction are as they were in the baseline.',
  )
  expect(said(binary([50, 100]))).toBe(
    'Too few predictions to say what the Brier score will be: 1,000 in the baseline (1,000 with labels) and 150 predictions in the window; each needs at least 200.',
  )
})
