/** The split of a change of the loss: an identity, whatever the rows, and by hand. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitLoss, type LossSum } from '../../../../detectors/performance/explain-loss/split-loss.ts'
import { sum } from '../../../../domain/sum.ts'

const bin = fc
  .tuple(fc.integer({ min: 0, max: 2000 }), fc.double({ min: 0, max: 35, noNaN: true }), fc.double({ min: 1, max: 4, noNaN: true }))
  .map(([rows, mean, spread]): LossSum => ({ rows, sum: rows * mean, squares: rows * mean ** 2 * spread })) // prettier-ignore
const some = (bins: readonly LossSum[]) => bins.some(({ rows }) => rows > 0)
const sides = fc
  .array(fc.tuple(bin, bin), { minLength: 1, maxLength: 22 })
  .map((pairs) => [pairs.map(([b]) => b), pairs.map(([, c]) => c)] as const)
  .filter(([b, c]) => some(b) && some(c))

const mean = (bins: readonly LossSum[]) => sum(bins.map((one) => one.sum)) / sum(bins.map(({ rows }) => rows))
const scaled = (bins: readonly LossSum[], by: number) =>
  bins.map(({ rows, sum, squares }) => ({ rows: rows * by, sum: sum * by, squares: squares * by }))

describe('properties', () => {
  test('the parts add up to the change', () => {
    fc.assert(
      fc.property(sides, ([b, c]) => {
        const parts = splitLoss(b, c)!
        const change = mean(c) - mean(b)
        expect(Math.abs(parts.shift + parts.concept - change)).toBeLessThan(1e-9)
        expect(Math.abs(parts.change - change)).toBeLessThan(1e-9)
        const bins = sum(parts.bins.map(({ shift, concept }) => shift + concept))
        expect(Math.abs(bins - change)).toBeLessThan(1e-9)
        for (const error of [parts.shiftError, parts.conceptError]) expect(error).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('rows that only moved are all shift', () => {
    fc.assert(
      fc.property(sides, ([b, c]) => {
        const moved = c.map(({ rows }, i) => {
          if (b[i].rows === 0) return { rows: 0, sum: 0, squares: 0 }
          return { rows, sum: (rows * b[i].sum) / b[i].rows, squares: (rows * b[i].squares) / b[i].rows }
        })
        fc.pre(some(moved))
        expect(Math.abs(splitLoss(b, moved)!.concept)).toBeLessThan(1e-9)
      }),
    )
  })

  test('other losses with the rows where they were are all concept', () => {
    fc.assert(
      fc.property(sides, ([b, c]) => {
        const same = b.map(({ rows }, i) => ({ rows, sum: c[i].sum, squares: c[i].squares }))
        const changed = same.map((one) => (one.rows === 0 ? { rows: 0, sum: 0, squares: 0 } : one))
        expect(Math.abs(splitLoss(b, changed)!.shift)).toBeLessThan(1e-9)
      }),
    )
  })

  test('the order of bins changes nothing', () => {
    fc.assert(
      fc.property(sides, ([b, c]) => {
        const [parts, back] = [splitLoss(b, c)!, splitLoss(b.toReversed(), c.toReversed())!]
        for (const key of ['shift', 'shiftError', 'concept', 'conceptError'] as const)
          expect(back[key]).toBeCloseTo(parts[key], 9)
        expect(back.bins.toReversed()).toHaveLength(parts.bins.length)
      }),
    )
  })

  test('a bin divided into two of the same kind changes neither part', () => {
    fc.assert(
      fc.property(sides, ([b, c]) => {
        const divided = (bins: readonly LossSum[]) => [
          ...scaled(bins.slice(0, 1), 0.5),
          ...scaled(bins.slice(0, 1), 0.5),
          ...bins.slice(1),
        ]
        const [parts, finer] = [splitLoss(b, c)!, splitLoss(divided(b), divided(c))!]
        expect(finer.shift).toBeCloseTo(parts.shift, 9)
        expect(finer.concept).toBeCloseTo(parts.concept, 9)
      }),
    )
  })
})

test('by hand', () => {
  // Shares 0.8 and 0.2 become 0.5 and 0.5; the losses 0.2 and 0.6 become 0.2 and 0.8.
  const b = [of(800, 0.2), of(200, 0.6)]
  const c = [of(500, 0.2), of(500, 0.8)]
  const parts = splitLoss(b, c)!
  // From 0.28 to 0.5: 0.3 of the rows lose 0.4 more, and half of them another 0.2.
  expect(parts.change).toBeCloseTo(0.22, 12)
  expect(parts.shift).toBeCloseTo(0.12, 12)
  expect(parts.concept).toBeCloseTo(0.1, 12)
  expect(parts.bins.map(({ shift }) => shift)).toEqual([expect.closeTo(0.024, 12), expect.closeTo(0.096, 12)])
  expect(parts.bins.map(({ concept }) => concept)).toEqual([0, expect.closeTo(0.1, 12)])
  // Losses without spread leave only the shares to chance: p q (0.4)² over the rows of either side.
  expect(parts.shiftError).toBeCloseTo(Math.sqrt(0.16 * (0.16 / 1000 + 0.25 / 1000)), 12)
})

test('a bin without baseline rows is shift', () => {
  const parts = splitLoss([of(100, 0.2), of(0, 0)], [of(50, 0.2), of(50, 1)])!
  expect([parts.change, parts.shift, parts.concept]).toEqual([
    expect.closeTo(0.4, 12),
    expect.closeTo(0.4, 12),
    0,
  ])
  expect(parts.bins[1].mean.baseline).toBeNull()
})

test('without rows on a side there is nothing to split', () => {
  expect(splitLoss([of(0, 0)], [of(5, 1)])).toBeUndefined()
  expect(splitLoss([of(5, 1)], [of(0, 0)])).toBeUndefined()
})

function of(rows: number, loss: number): LossSum {
  return { rows, sum: rows * loss, squares: rows * loss ** 2 }
}
