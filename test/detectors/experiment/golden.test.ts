/** Confidence sequences against numbers that Python computed from single rows, in exact fractions. */
import { expect, test } from 'vitest'
import { boundary } from '../../../detectors/experiment/boundary.ts'
import type { ExperimentHours, ExperimentRule } from '../../../detectors/experiment/experiment.ts'
import { experimentSequence } from '../../../detectors/experiment/sequence.ts'
import file from '../../golden/experiment-cases.json' with { type: 'json' }

interface GoldenCase {
  id: string
  hours: ExperimentHours
  rule: ExperimentRule
  planRows: number
  points: Record<string, number | boolean | null>[]
}
const cases = file.cases as unknown as GoldenCase[]

test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { hours, rule, planRows, points }) => {
  const found = experimentSequence(hours, rule)
  expect(found.planRows).toBeCloseTo(planRows, 8)
  for (const { hour, ...expected } of points) {
    const point = found.points.find((one) => one.hour === hour)!
    for (const [name, value] of Object.entries(expected)) {
      const own = point[name as keyof typeof point]
      if (typeof value === 'number') expect(own, `${name} of ${hour}`).toBeCloseTo(value, 9)
      else expect(own, `${name} of ${hour}`).toBe(value)
    }
  }
})

test('by hand: hours of the pairs 1, 3 and 3, 5', () => {
  const hours: ExperimentHours = {
    design: 'paired',
    differences: [
      { hour: 0, n: 2, sum: 4, squares: 2 },
      { hour: 3_600_000, n: 2, sum: 8, squares: 2 },
    ],
  }
  const rule = { metric: 'brier', alpha: 0.05, minRows: 4, minHours: 2, planRows: 4 } as const
  const [, point] = experimentSequence(hours, rule).points
  // D = 12 / 4; by rows (4 + 0 + 0 + 4) / 4² = 1/2; by hours 2/1 · ((4 - 6)² + (8 - 6)²) / 4² = 1.
  expect(point).toMatchObject({ rows: 4, hours: 2, difference: 3, state: 'undecided' })
  // Grown is 5.9915 + ln 6.9915 = 7.9362, so the width is √(2 · 1.12600 · (ln 8.9362 / 2 + 2.99573)).
  expect(boundary(4, 4, 0.05)).toBeCloseTo(3.03521, 5)
  expect(point.upper! - point.difference).toBeCloseTo(3.03521, 5)
})
