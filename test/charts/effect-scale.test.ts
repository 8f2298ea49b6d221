import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effectScale, effectStep } from '../../charts/effect-scale.ts'
import { heatmapLegend } from '../../charts/heatmap/heatmap-legend.ts'
import { palette } from '../../charts/theme.ts'

const thresholds = { warning: 0.1, critical: 0.25 }

describe('the scale', () => {
  const scale = effectScale('light', thresholds)
  const family = (verdict: 'ok' | 'unconfirmed' | 'warning' | 'critical', effect: number | null) =>
    scale[effectStep(scale, verdict, effect)]

  it('begins near the surface, turns at the thresholds and deepens beyond', () => {
    const { neutral, warning, critical, extreme } = palette('light')
    expect(family('ok', 0).color).toBe(neutral[0])
    expect(family('ok', -0.3).color).toBe(neutral[0])
    expect(family('ok', 0.0999).color).toBe(neutral.at(-1))
    expect(family('warning', 0.1).color).toBe(warning)
    expect(family('critical', 0.25).color).toBe(critical)
    expect(family('critical', 0.5).color).toBe(extreme)
  })

  it('takes its hue from the verdict, whatever the effect', () => {
    expect(family('ok', 3).family).toBe('neutral')
    expect(family('unconfirmed', 0.4).family).toBe('unconfirmed')
    expect(family('critical', 0).family).toBe('critical')
    expect(family('critical', null).family).toBe('critical')
    expect(family('warning', 3).family).toBe('warning')
  })

  it('is ascending within each family', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        for (const verdict of ['ok', 'warning', 'critical'] as const) {
          expect(effectStep(scale, verdict, low)).toBeLessThanOrEqual(effectStep(scale, verdict, high))
        }
      }),
    )
  })

  it('has a legend for every look of a cell', () => {
    const legend = heatmapLegend('dark', thresholds)
    expect(legend.flatMap(({ colors }) => colors)).toEqual(
      effectScale('dark', thresholds).map(({ color }) => color),
    )
    expect(legend.map(({ label }) => label)).toEqual([
      'ok',
      'unconfirmed',
      'warning, from 0.1',
      'critical, from 0.25',
      'insufficient data',
      'not evaluated',
    ])
  })
})

describe('colours', () => {
  // Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
  const VISION: Record<string, number[][]> = {
    usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
  } // prettier-ignore

  const linear = (hex: string) =>
    [1, 3, 5].map((i) => {
      const c = parseInt(hex.slice(i, i + 2), 16) / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
  const times = (matrix: number[][], v: number[]) =>
    matrix.map((r) => r.reduce((sum, x, i) => sum + x * v[i], 0))

  /** OKLab, whose distances are about as large as differences look. */
  function lab(rgb: number[]): number[] {
    const lms = times([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], rgb.map((c) => Math.min(Math.max(c, 0), 1))) // prettier-ignore
    return times([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]], lms.map(Math.cbrt)) // prettier-ignore
  }
  const contrast = (a: string, b: string) => {
    const [x, y] = [a, b].map((hex) => {
      const [red, green, blue] = linear(hex)
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    })
    return Math.max(x, y) / Math.min(x, y)
  }

  it.each(['light', 'dark'] as const)(
    'of neutral, unconfirmed, warning and critical cells stay apart to all eyes, %s',
    (theme) => {
      const scale = effectScale(theme, thresholds)
      for (const [name, matrix] of Object.entries(VISION)) {
        const seen = scale.map(({ color }) => lab(times(matrix, linear(color))))
        scale.forEach((a, i) =>
          scale.forEach((b, j) => {
            if (a.family === b.family) return
            expect(
              Math.hypot(...seen[i].map((x, k) => x - seen[j][k])),
              `${name}: ${a.color} ${b.color}`,
            ).toBeGreaterThan(0.12)
          }),
        )
      }
    },
  )

  it.each(['light', 'dark'] as const)('have the contrast that text and marks need, %s', (theme) => {
    const { surface, text, muted, neutral, ...marks } = palette(theme)
    const { unconfirmed, warning, critical, extreme, production, baseline } = marks
    expect(contrast(text, surface)).toBeGreaterThan(7)
    expect(contrast(muted, surface)).toBeGreaterThan(4.5)
    for (const color of [unconfirmed, warning, critical, extreme, production, baseline]) {
      expect(contrast(color, surface), color).toBeGreaterThan(3)
    }
    expect(contrast(neutral[0], surface)).toBeLessThan(1.3)
  })
})
