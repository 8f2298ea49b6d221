import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sparkline } from '../../charts/sparkline.ts'

const box = { width: 100, height: 20 }

/** Every point that a path of M, L, h0, V and Z goes through. */
function points(path: string): { x: number; y: number }[] {
  return [...path.matchAll(/[ML](\S+?) ([^MLhVZ]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))
}

describe('sparkline', () => {
  it('is a line from the lower edge up to the largest value', () => {
    expect(sparkline([0, 1, 2], box)).toEqual({
      line: 'M1.5 18.5L50 10L98.5 1.5',
      area: 'M1.5 18.5L1.5 18.5L50 10L98.5 1.5V18.5Z',
      last: { x: 98.5, y: 1.5 },
    })
  })

  it('breaks at gaps, and shows a value between gaps as a dot', () => {
    const { line, area, last } = sparkline([1, 1, null, 1, NaN], box)
    expect(line).toBe('M1.5 1.5L25.75 1.5M74.25 1.5h0')
    expect(area).toBe('M1.5 18.5L1.5 1.5L25.75 1.5V18.5Z')
    expect(last).toBeUndefined()
  })

  it('has nothing to show without values, and one value in the middle', () => {
    expect(sparkline([], box)).toEqual({ line: '', area: '' })
    expect(sparkline([null, null], box)).toEqual({ line: '', area: '' })
    expect(sparkline([0], box)).toEqual({ line: 'M50 18.5h0', area: '', last: { x: 50, y: 18.5 } })
  })

  it('keeps a scale that is given, and holds larger values at its edge', () => {
    expect(points(sparkline([1, 5], { ...box, max: 2 }).line).map(({ y }) => y)).toEqual([10, 1.5])
  })

  it('stays within its box, in order of time', () => {
    const value = fc.option(fc.double(), { nil: null })
    const size = fc.integer({ min: 4, max: 500 })
    fc.assert(
      fc.property(fc.array(value), size, size, (values, width, height) => {
        const { line, area } = sparkline(values, { width, height })
        const all = points(line)
        expect(all.length).toBe(values.filter((one) => one !== null && Number.isFinite(one)).length)
        for (const { x, y } of [...all, ...points(area)]) {
          expect(x >= 0 && x <= width && y >= 0 && y <= height).toBe(true)
        }
        expect(all.map(({ x }) => x)).toEqual(all.map(({ x }) => x).toSorted((a, b) => a - b))
      }),
    )
  })
})
