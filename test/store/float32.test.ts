import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pointsOf } from '../../ingest/baseline/points.ts'
import { nextDouble } from '../../store/profiles/binning.ts'
import { float32Interval } from '../../store/profiles/float32.ts'

const previous = (x: number) => -nextDouble(-x)
const normal = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
  )
  .filter((x) => Math.abs(x) >= 2 ** -126 && Number.isFinite(Math.fround(x)))
const isLarge = (x: number) => Math.abs(Math.fround(x)) >= 2 ** 24

describe('the interval of a float32', () => {
  it('holds exactly the doubles that round to it', () => {
    fc.assert(
      fc.property(
        normal.filter((x) => !isLarge(x)),
        (value) => {
          const { from, to } = float32Interval(value)
          const rounded = Math.fround(value)
          expect([from <= value, value < to]).toEqual([true, true])
          expect([from, previous(to)].map(Math.fround)).toEqual([rounded, rounded])
          expect(Math.fround(previous(from))).not.toBe(rounded)
          expect(Math.fround(to)).not.toBe(rounded)
        },
      ),
    )
  })

  it('reaches from a large number to its copy, and not to other whole numbers', () => {
    fc.assert(
      fc.property(normal.filter(isLarge), (value) => {
        const { from, to } = float32Interval(value)
        expect([from, previous(to)]).toEqual([value, Math.fround(value)].toSorted((a, b) => a - b))
      }),
    )
    expect(float32Interval(1700000000)).toEqual({ from: 1700000000, to: nextDouble(1700000000) })
  })

  it.each([
    ['the largest below 2^24', 2 ** 24 - 1],
    ['the least normal one', 2 ** -126],
    ['a power of two', 1],
    ['a negative power of two', -1024],
    ['a copy of 1.111', 1.1109999418258667],
  ])('is right at %s', (_, value) => {
    const { from, to } = float32Interval(value)
    expect([Math.fround(from), Math.fround(previous(to))]).toEqual([value, value])
    expect([Math.fround(previous(from)) === value, Math.fround(to) === value]).toEqual([false, false])
  })

  it.each([0, 1e-46, 1e-300, 1e39, -1e308])(
    'is %s alone where single precision has no such number',
    (value) => {
      expect(float32Interval(value)).toEqual({ from: value, to: nextDouble(value) })
    },
  )
})

describe('points', () => {
  const of = (...values: number[]) => pointsOf(values.map((value) => ({ value, rows: 2 })))

  it('take a fraction and its copy for one value', () => {
    expect(of(0.1, Math.fround(0.1), 0.2)).toEqual([
      { value: 0.1, rows: 4, ...float32Interval(0.1) },
      { value: 0.2, rows: 2, ...float32Interval(0.2) },
    ])
  })

  it.each([1e-300, 5e-324, 1e-46])('keep 0 and %d apart, though single precision takes it for 0', (value) => {
    expect(of(0, value).map((point) => [point.value, point.from, point.to, point.rows])).toEqual(
      [0, value].map((one) => [one, one, nextDouble(one), 2]),
    )
  })

  it('take a large fraction and its copy for one value', () => {
    expect(of(1e9, 1e9 + 0.25)).toEqual([{ value: 1e9 + 0.25, rows: 4, ...float32Interval(1e9 + 0.25) }])
  })

  it('keep large integers and times apart, though single precision does not', () => {
    const values = [16777216, 16777217, 1700000000, 1700000001]
    expect(of(...values).map(({ value, from, to }) => [value, from, to])).toEqual(
      values.map((value) => [value, value, nextDouble(value)]),
    )
  })

  it('are ascending and disjoint, and lose no row', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(normal, fc.integer({ min: 2 ** 24, max: 2 ** 24 + 20 }))),
        (values) => {
          const points = of(...values)
          expect(points.reduce((sum, { rows }) => sum + rows, 0)).toBe(2 * values.length)
          points.forEach(({ from, to }, i) => {
            expect(from).toBeLessThan(to)
            if (i > 0) expect(points[i - 1].to).toBeLessThanOrEqual(from)
          })
        },
      ),
    )
  })
})
