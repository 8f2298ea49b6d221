import type { EChartsOption } from 'echarts'
import { distributionOption } from '../../../charts/distribution.ts'
import type { ChartEvent } from '../../../charts/events.ts'
import { heatmapOption } from '../../../charts/heatmap/heatmap.ts'
import { performanceOption } from '../../../charts/performance.ts'
import { FONT_FAMILY, type Appearance } from '../../../charts/theme.ts'
import type { Verdict } from '../../../domain/verdict.ts'

export const FONT = `11px ${FONT_FAMILY}`
export const SIZE = { width: 600, height: 300 }

const TIMES = [1, 2, 3, 4, 5].map((day) => new Date(Date.UTC(2001, 0, day)).toISOString())
const VERDICTS: Verdict[] = ['ok', 'warning', 'critical', 'unconfirmed', 'insufficient_data']
const EFFECTS = [0.01, 0.12, 0.3, 0.05, 0.02]
const thresholds = { warning: 0.1, critical: 0.25 }
const events: ChartEvent[] = [
  { kind: 'alert', at: TIMES[1], until: TIMES[2], label: 'alert' },
  { kind: 'resolved', at: TIMES[3], label: 'resolved' },
]
const appearance: Appearance = { theme: 'light', width: SIZE.width }

/** Small pictures with the parts that the charts of the pages have: lines, bands, cells, bars, marks. */
export const PICTURES: readonly (() => EChartsOption)[] = [
  () =>
    performanceOption({
      ...appearance,
      events,
      thresholds,
      metric: 'metric',
      step: '1d',
      baseline: 0.2,
      changes: [],
      points: TIMES.map((time, i) => ({
        time,
        value: EFFECTS[i],
        low: 0,
        high: 0.4,
        estimate: 0.1,
        predictions: 10,
        labelled: 5,
        mature: i < 4,
      })),
    }),
  () =>
    heatmapOption({
      ...appearance,
      events,
      thresholds,
      windowEnds: TIMES,
      rows: ['one', 'two'].map((label) => ({
        label,
        kind: 'feature',
        verdicts: VERDICTS,
        effects: EFFECTS,
      })),
    }),
  () =>
    distributionOption({
      ...appearance,
      column: 'column',
      bins: EFFECTS.map((share, i) => ({
        label: `bin ${i}`,
        kind: 'category',
        baselineShare: share,
        windowShare: share,
        contribution: 0,
      })),
    }),
]
