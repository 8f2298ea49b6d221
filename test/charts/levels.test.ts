import { describe, expect, it } from 'vitest'
import { levelLines } from '../../charts/levels/level-lines.ts'
import { spread } from '../../charts/levels/spread.ts'

describe('names at the edge of a chart', () => {
  it('stay where they are while they have room', () => {
    expect(spread([50, 0, 100], 13)).toEqual([50, 0, 100])
  })

  it('move apart around their middle, in the order of their values', () => {
    expect(spread([10, 12], 13)).toEqual([4.5, 17.5])
    expect(spread([20, 10, 15], 10)).toEqual([25, 5, 15])
    expect(spread([5, 5], 10)).toEqual([0, 10])
  })

  it('push others along that they would touch after moving', () => {
    const moved = spread([0, 1, 12], 10)
    expect(moved[1] - moved[0]).toBe(10)
    expect(moved[2] - moved[1]).toBe(10)
    expect(spread([], 10)).toEqual([])
  })

  const extent = { length: 1, pixels: 200 }
  const thresholds = { warning: 0.1, critical: 0.25 }
  const labels = (width: number) =>
    levelLines({ theme: 'light', width }, { thresholds, baseline: 0.11 }, extent).lines.map((line) => {
      const { position, offset, formatter } = (line as { label: { position: string; offset: number[]; formatter: () => string } }).label // prettier-ignore
      return { position, offset, text: formatter() }
    })

  it('stand outside the grid, which leaves them room, and say less in a narrow chart', () => {
    expect(labels(900).map(({ text }) => text)).toEqual(['baseline 0.11', '▲ warning 0.1', '■ critical 0.25'])
    expect(labels(320).map(({ text }) => text)).toEqual(['0.11', '▲ 0.1', '■ 0.25'])
    expect(new Set(labels(900).map(({ position }) => position))).toEqual(new Set(['end']))
    const right = (width: number, of: Parameters<typeof levelLines>[1]) => levelLines({ theme: 'light', width }, of, extent).sides.right // prettier-ignore
    expect(right(900, { thresholds })).toBeGreaterThan(right(320, { thresholds }))
    expect(right(320, { thresholds })).toBeGreaterThan(right(320, {}))
  })

  it('do not cover each other: baseline and warning are two pixels apart here', () => {
    const [baseline, warning, critical] = labels(900)
    const [lower, upper] = [-0.1 * 200 + warning.offset[1], -0.11 * 200 + baseline.offset[1]]
    expect(lower - upper).toBeCloseTo(13)
    expect(critical.offset[1]).toBeCloseTo(0)
  })
})
