import { expect, test } from 'vitest'
import { judgePerformance } from '../../../detectors/performance/judge-performance.ts'
import { performanceMetrics } from '../../../detectors/performance/metrics.ts'
import { reevaluate } from '../../../detectors/reproduce/reevaluate.ts'
import type { LossSums } from '../../../store/labelled/loss-sums.ts'
import type { StoredResult } from '../../../store/results/result-detail.ts'

const LOSSES: LossSums = {
  rows: 500, scored: 500, judged: 0, hits: 0, loss: 500, lossSquares: 900, brier: 0, brierSquares: 0, absolute: 400,
} // prettier-ignore
const rule = { alpha: 1e-3, thresholds: { warning: 0.05, critical: 0.1 }, minRows: 200 }

test.each([
  ['finite', {}],
  ['squares that overflowed', { lossSquares: NaN }],
  ['losses that overflowed', { lossSquares: NaN, loss: NaN }],
])('a result on performance is computed again from what JSON keeps of it: %s', (_, broken) => {
  const sides = { baseline: { losses: LOSSES }, window: { losses: { ...LOSSES, ...broken } } }
  const result = {
    kind: 'performance',
    inputs: { task: 'regression', metric: 'rmse', ...sides },
    rule,
    evaluation: {
      ...judgePerformance('rmse', sides.baseline.losses, sides.window.losses, rule),
      metrics: {
        baseline: performanceMetrics('regression', sides.baseline),
        window: performanceMetrics('regression', sides.window),
      },
    },
  }
  expect(reevaluate(JSON.parse(JSON.stringify(result)) as StoredResult)).toEqual({ status: 'agrees' })
})
