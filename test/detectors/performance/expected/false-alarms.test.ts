/** How often expected performance is wrong where nothing has changed, and what it finds; with fixed seeds. */
import { describe, expect, test } from 'vitest'
import { judgeExpected } from '../../../../detectors/performance/expected/judge-expected.ts'
import { byDay } from '../../../support/runner/by-day.ts'
import { seeded } from '../../../support/samples/columns.ts'
import { binaryInput, drawRows, RATES, regressionInput } from './simulate.ts'

const RULE = { alpha: 1e-3, thresholds: { warning: 0.05, critical: 0.1 }, minRows: 200 }
const METRICS = ['log_loss', 'brier', 'accuracy'] as const
const LEVELS = [0.1, 0.05, 0.02]
const TIMES = byDay(80, 200)

/** So many p-values at or below t are still chance, where each is with probability 1.25 t + 0.001. */
function most(t: number, times: number): number {
  const p = 1.25 * t + 0.001
  return times * p + 3 * Math.sqrt(times * p * (1 - p))
}

function counted(pValues: readonly number[]): void {
  for (const t of LEVELS)
    expect(pValues.filter((p) => p <= t).length, `p <= ${t}`).toBeLessThanOrEqual(most(t, pValues.length))
}

const SIZES = [
  { baseline: 1000, window: 200, bins: 5 },
  { baseline: 1000, window: 200, bins: 100 },
  { baseline: 2000, window: 1000, bins: 250 },
]

describe.each(Object.entries(RATES))('nothing changed: %s', (name, rate) => {
  test.each(SIZES)(
    '$baseline labelled rows, a window of $window, $bins bins',
    ({ baseline, window, bins }) => {
      const random = seeded(name.length + bins)
      const pairs = Array.from({ length: TIMES }, () => [
        drawRows(random, baseline, rate),
        drawRows(random, window, rate),
      ])
      for (const metric of METRICS)
        counted(pairs.map(([b, w]) => judgeExpected(binaryInput(metric, b, w, bins), RULE).pValue!))
    },
  )
})

test('nothing changed: ten thousand rows', () => {
  const random = seeded(5)
  const baseline = () => drawRows(random, 4000, RATES.overconfident)
  const pValues = Array.from({ length: 100 }, () =>
    judgeExpected(binaryInput('brier', baseline(), drawRows(random, 10_000, RATES.overconfident), 100), RULE),
  ).map(({ pValue }) => pValue!)
  counted(pValues)
})

test.each(['rmse', 'mae'] as const)('nothing changed: a regression, %s', (metric) => {
  const random = seeded(9)
  const pValues = Array.from({ length: TIMES }, () =>
    judgeExpected(regressionInput(metric, random, { baseline: 2000, window: 500 }), RULE),
  ).map(({ pValue }) => pValue!)
  counted(pValues)
})

// Rows move to where the baseline has a handful of labels, and no loss follows from it.
test.each([5, 10, 20])('nothing changed but where rows are: %s labelled rows there', (few) => {
  const random = seeded(few)
  const counts = [...Array.from({ length: 19 }, () => 100), few]
  const absolute = () => -Math.log(1 - random())
  const alarms = Array.from({ length: byDay(700, 2_000) }, () => {
    const errors = counts.map((count) => Array.from({ length: count }, absolute))
    const added = (of: (error: number) => number) =>
      errors.map((own) => own.reduce((sum, one) => sum + of(one), 0))
    const window = { rows: counts.map((_, i) => (i === 19 ? 300 : 37)) }
    const rates = { bins: counts.map((_, i) => i), rows: counts, sums: added((one) => one), squares: added((one) => one ** 2) } // prettier-ignore
    return judgeExpected(
      { task: 'regression', metric: 'mae', rates, baseline: { rows: counts }, window },
      { ...RULE, alpha: 1e-4 },
    )
  }).filter(({ reason }) => reason === 'expected_loss').length
  // At most 0.2 are due by the level.
  expect(alarms).toBeLessThanOrEqual(2)
})

test('a shift that lifts the true loss by a fifth is found with a thousand rows', () => {
  const random = seeded(3)
  const found = Array.from({ length: 100 }, () => {
    const baseline = drawRows(random, 5000, RATES.calibrated, { mean: -2 })
    const window = drawRows(random, 1000, RATES.calibrated, { mean: -1.35 })
    return judgeExpected(binaryInput('log_loss', baseline, window, 250), RULE)
  })
  // Over 400,000 rows the log loss is 0.372 before and 0.449 after.
  const mean = found.reduce((sum, { effect }) => sum + effect!, 0) / found.length
  expect(mean).toBeGreaterThan(0.17)
  expect(mean).toBeLessThan(0.25)
  expect(found.filter(({ reason }) => reason === 'expected_loss').length).toBe(100)
})
