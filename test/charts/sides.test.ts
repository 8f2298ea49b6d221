/** Charts over time that stand above each other share a cursor, and so the sides of their plots. */
import { describe, expect, it } from 'vitest'
import type { EChartsOption } from 'echarts'
import { experimentOption } from '../../charts/experiment/experiment.ts'
import { heatmapOption } from '../../charts/heatmap/heatmap.ts'
import { performanceOption } from '../../charts/performance.ts'
import { qualityOption } from '../../charts/quality/quality.ts'
import { seriesOption } from '../../charts/series.ts'
import { shareOption } from '../../charts/share.ts'
import type { Appearance } from '../../charts/theme.ts'
import { volumeOption } from '../../charts/volume.ts'

const thresholds = { warning: 0.123, critical: 0.456 }
const time = '2001-04-01T00:00:00.000Z'

/** With names of levels and without, with one plot and with two. */
const charts: Record<string, (look: Appearance) => EChartsOption> = {
  series: (look) => seriesOption({ ...look, statistic: 'PSI', of: 'distance', points: [], thresholds }),
  'series without thresholds': (look) =>
    seriesOption({ ...look, statistic: 'KS', of: 'distance', points: [] }),
  quality: (look) => qualityOption({ ...look, column: 'distance', points: [] }),
  performance: (look) => performanceOption({ ...look, metric: 'Log loss', step: '1d', points: [], baseline: 0.492, thresholds, changes: [] }), // prettier-ignore
  'volume with dead letters': (look) => volumeOption({ ...look, points: [{ time, predictions: 9, labels: 9, deadLetters: 1 }] }), // prettier-ignore
  share: (look) => shareOption({ ...look, points: [] }),
  experiment: (look) => experimentOption({ ...look, metric: 'brier', level: 0.95, margin: null, points: [] }),
}
const heatmap = (look: Appearance) => heatmapOption({ ...look, thresholds, windowEnds: [], rows: [] })

const sidesOf = ({ grid }: EChartsOption) =>
  [grid].flat().map((plot) => {
    const { left, right } = plot as { left: number; right: number }
    return { left, right }
  })

describe('the sides of plots over time', () => {
  it.each([700, 1350, 1880])('are the same in a chart of %i pixels, whatever it shows', (width) => {
    const [expected] = sidesOf(charts.share({ theme: 'light', width }))
    for (const [name, chart] of Object.entries(charts))
      for (const sides of sidesOf(chart({ theme: 'light', width }))) expect(sides, name).toEqual(expected)
  })

  it('are those of the heatmap, with its names of rows, beside one where a chart is as wide as the page', () => {
    for (const width of [1350, 1880]) {
      const look: Appearance = { theme: 'light', width, besideHeatmap: true }
      for (const [name, chart] of Object.entries(charts))
        for (const sides of sidesOf(chart(look))) expect([sides], name).toEqual(sidesOf(heatmap(look)))
    }
  })

  it('begin further left on a page without a heatmap', () => {
    const left = (besideHeatmap: boolean) => sidesOf(charts.series({ theme: 'light', width: 1350, besideHeatmap }))[0].left // prettier-ignore
    expect(left(false)).toBeLessThan(left(true) / 2)
  })

  it('begin at the same place on a phone, where names of levels take the room that they need', () => {
    const all = Object.values(charts).flatMap((chart) => sidesOf(chart({ theme: 'light', width: 330 })))
    expect(new Set(all.map(({ left }) => left)).size).toBe(1)
    const [{ right }] = sidesOf(charts.share({ theme: 'light', width: 330 }))
    expect(right).toBeLessThan(20)
  })

  it('begin lower on a phone, where the legend has a line of its own above the name of the axis', () => {
    for (const [name, chart] of Object.entries(charts)) {
      const topAt = (width: number) =>
        ([chart({ theme: 'light', width }).grid].flat()[0] as { top: number }).top
      expect(topAt(330), name).toBeGreaterThan(topAt(700) + 11)
    }
  })

  it('give way to a name that is longer than usual', () => {
    const long = { warning: 0.1, critical: 0.00000123 }
    const [{ right }] = sidesOf(seriesOption({ theme: 'light', width: 1350, statistic: 'PSI', of: 'x', points: [], thresholds: long })) // prettier-ignore
    const [usual] = sidesOf(charts.share({ theme: 'light', width: 1350 }))
    expect(right).toBeGreaterThan(usual.right)
  })
})
