import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareSegments, LEAST_SEGMENT_HOURS } from '../../../detectors/experiment/segments.ts'
import { studentIsf } from '../../../detectors/statistics/tails.ts'
import { studentTwoSided } from '../../../detectors/reference/two-sample/student-t.ts'
import { seeded } from '../../support/samples/columns.ts'

const HOUR = 3_600_000
/** Pairs of hours whose means are these. */
function paired(means: readonly number[], n = 10) {
  const differences = means.map((mean, i) => ({ hour: i * HOUR, n, sum: mean * n, squares: 0.001 }))
  return { design: 'paired' as const, differences }
}

describe('the segments of an experiment', () => {
  test('get an interval of Student’s t from the spread between hours', () => {
    const means = [0.1, 0.3, 0.2, 0.1, 0.3, 0.2, 0.1, 0.3, 0.2, 0.2]
    const [one] = compareSegments([{ name: 'a', sums: paired(means) }])
    const squares = means.reduce((sum, mean) => sum + (mean - 0.2) ** 2, 0)
    const half = 2.262157 * Math.sqrt(squares / 9 / 10)
    expect(one).toMatchObject({ name: 'a', rows: 100, hours: 10, isWorse: true })
    expect(one.difference).toBeCloseTo(0.2, 12)
    expect(one.upper! - one.difference).toBeCloseTo(half, 4)
  })

  test('have no interval from too few hours, and none where nothing varies', () => {
    const few = paired(Array.from({ length: LEAST_SEGMENT_HOURS - 1 }, (_, i) => i % 2))
    const same = { design: 'paired' as const, differences: [{ hour: 0, n: 5, sum: 0, squares: 0 }] }
    expect(compareSegments([{ sums: few }, { sums: same }])).toMatchObject([
      { lower: null, upper: null, isWorse: false },
      { lower: null, upper: null, isWorse: false },
    ])
  })

  test('without rows of both sides are left out', () => {
    const split = { design: 'split' as const, champion: [], challenger: paired([1]).differences }
    expect(compareSegments([{ sums: split }, { sums: paired([]) }])).toEqual([])
  })

  test('are rarely called worse where none is, however many there are', () => {
    const random = seeded(11)
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const TRIALS = 300
    let wrong = 0
    for (let trial = 0; trial < TRIALS; trial++) {
      const segments = Array.from({ length: 40 }, () => ({
        sums: paired(Array.from({ length: 24 }, () => normal())),
      }))
      if (compareSegments(segments).some(({ isWorse }) => isWorse)) wrong++
    }
    // Only one of the two sides of an interval at 5% is worse.
    expect(wrong / TRIALS).toBeLessThan(0.05)
  })
})

test('the inverse of Student’s distribution agrees with the distribution', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -4, max: -0.31, noNaN: true }),
      fc.integer({ min: 9, max: 2000 }),
      (power, df) => {
        const p = 10 ** power
        expect(studentTwoSided(studentIsf(p, df), df) / 2 / p).toBeCloseTo(1, 1)
      },
    ),
  )
})
