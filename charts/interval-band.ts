import type { LineSeriesOption } from 'echarts/charts'
import type { LinePoint } from './time.ts'
import { palette, type Theme } from './theme.ts'

/** The unseen area beneath an interval; not in the legend. */
const BELOW = '-'

export interface IntervalBand {
  /** What the legend calls it. */
  name: string
  low: LinePoint[]
  width: LinePoint[]
}

/** An interval, as an area on top of an unseen one. */
export function intervalBand({ name, low, width }: IntervalBand, theme: Theme): LineSeriesOption[] {
  const { production } = palette(theme)
  const shared = {
    type: 'line',
    stack: 'interval',
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    z: 2,
    itemStyle: { color: production, opacity: 0.3 },
    lineStyle: { opacity: 0 },
  } as const
  return [
    { ...shared, name: BELOW, data: low, areaStyle: { opacity: 0 } },
    { ...shared, name, data: width, areaStyle: { color: production, opacity: 0.2 } },
  ]
}
