import { describe, expect, test } from 'vitest'
import { judgeColumnQuality } from '../../../detectors/quality/judge-column.ts'
import { judgeSkew } from '../../../detectors/quality/skew.ts'
import type { SkewCounts } from '../../../domain/skew.ts'

const RULE = { alpha: 0.001, minRows: 30 }
const counts = (rows: number, differing: number, extra: Partial<SkewCounts> = {}): SkewCounts => ({
  rows, differing, missingServed: 0, missingReference: 0, both: rows, difference: 0, absolute: 0, ...extra,
}) // prettier-ignore

describe('skew of a column', () => {
  test.each<[rows: number, differing: number, expected: string]>([
    [10_000, 0, 'none'],
    [10_000, 99, 'none'],
    [10_000, 100, 'warning'],
    [10_000, 999, 'warning'],
    [10_000, 1000, 'critical'],
    [1_000, 100, 'critical'],
    // The share is reached, but by too few rows to say anything of all.
    [200, 2, 'none'],
    [200, 4, 'warning'],
    [100, 1, 'none'],
    [100, 10, 'critical'],
    [30, 30, 'critical'],
    // Too few to be judged at all.
    [29, 29, 'none'],
    [0, 0, 'none'],
  ])('%i rows of which %i differ: %s', (rows, differing, expected) => {
    const [found] = judgeSkew(counts(rows, differing), RULE)
    expect(found?.severity ?? 'none').toBe(expected)
    if (found !== undefined)
      expect(found).toMatchObject({ finding: 'skew', share: differing / rows, expected: 0 })
  })

  test('is not judged where nothing was sent', () => {
    expect(judgeSkew(undefined, RULE)).toEqual([])
  })

  test('says how much, of how many rows and in which direction', () => {
    const says = (one: SkewCounts) => judgeSkew(one, RULE)[0].explanation
    expect(says(counts(2000, 1000, { difference: 3000 }))).toBe(
      '50% of 2,000 rows were served with a value other than the one computed offline. ' +
        'On average, served values are 1.5 above the reference (2,000 rows).',
    )
    expect(
      says(counts(1000, 500, { both: 700, missingServed: 200, missingReference: 100, difference: -7 })),
    ).toBe(
      '50% of 1,000 rows were served with a value other than the one computed offline. ' +
        'Of the 1,000 rows, 20% were served without a value and 10% have none in the reference. ' +
        'On average, served values are 0.01 below the reference (700 rows).',
    )
    expect(says(counts(1000, 1000, { difference: NaN }))).not.toMatch(/average|NaN/)
  })

  test('is found of columns that have too few rows in the baseline to be judged otherwise', () => {
    const profile = { counts: [0, 5, 5], sums: [0, 0, 0], squares: 0 }
    const column = { name: 'c', binning: { kind: 'categorical' as const, categories: ['x'], truncated: false, singletons: 0 }, baseline: profile, window: profile, invalid: { baseline: 0, window: 0 }, isFeature: true } // prettier-ignore
    expect(judgeColumnQuality(column, RULE)).toEqual([])
    expect(judgeColumnQuality({ ...column, skew: counts(100, 100) }, RULE)).toMatchObject([
      { finding: 'skew' },
    ])
  })
})
