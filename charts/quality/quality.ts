import type { EChartsOption } from 'echarts'
import { EVENT_LANE, eventLines, eventSeries, eventsOf, type Shown } from '../events.ts'
import { formatInstant, formatPercent } from '../format.ts'
import { frame, headroom, legend, roundUp, timeAxis, timeOf, tooltip, valueAxis } from '../frame.ts'
import { SHARE_NAMES, sharesIn, type QualityData } from './data.ts'
import { findingMarks, selectedLine, shareLine, toleranceLine } from './series.ts'
import { plotSides, type Appearance } from '../theme.ts'
import { nearest, spanOf } from '../time.ts'

export interface QualityInput extends QualityData, Appearance, Shown {
  /** End of the window that the page shows. */
  selected?: string | undefined
}

/** So that a few rows of a large window do not look like many. */
const LEAST_TOP = 0.05
/** Room above the grid for the marks of windows with a finding, pixels. */
const LANE = 18
const ABOVE_FINDINGS = { lift: 9 + LANE, hasBands: false }

/** The shares of rows with something wrong over time, with marks where that was a finding. */
export function qualityOption(input: QualityInput): EChartsOption {
  const { points, tolerance, selected, events = [] } = input
  const times = points.map(({ windowEnd }) => Date.parse(windowEnd))
  const span = spanOf(times, input.range)
  const names = sharesIn(input)
  const largest = Math.max(
    tolerance ?? 0,
    ...names.flatMap((name) => points.map((point) => point[name] ?? 0)),
  )
  const top = Math.min(1, roundUp(1.1 * Math.max(LEAST_TOP, largest)))
  return {
    ...frame(input),
    grid: {
      ...plotSides(input),
      top: headroom(input) + LANE + (events.length > 0 ? EVENT_LANE : 0),
      bottom: 26,
      outerBoundsMode: 'none',
    },
    legend: {
      ...legend(input),
      itemWidth: 24,
      data: names.map((name) => ({ name: SHARE_NAMES[name], itemStyle: { opacity: 0 } })),
    },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: (params) => qualityTooltip(input, timeOf(params)),
    },
    xAxis: timeAxis(input, span),
    yAxis: { ...valueAxis(input, '', formatPercent), min: 0, max: top },
    series: [
      ...names.flatMap((name) => shareLine(input, name)),
      findingMarks(input, top),
      ...toleranceLine(input),
      ...(events.length === 0 ? [] : [eventSeries(input, events, top, span, ABOVE_FINDINGS)]),
      ...(selected === undefined ? [] : [selectedLine(input, selected)]),
    ],
  }
}

/** What the tooltip says at a time, epoch milliseconds. */
export function qualityTooltip(input: QualityData & Shown, time: number): string {
  const { points } = input
  const times = points.map(({ windowEnd }) => Date.parse(windowEnd))
  const point = points[nearest(times, time)]
  if (point === undefined) return ''
  return [
    formatInstant(point.windowEnd),
    ...sharesIn(input).map((name) => `${SHARE_NAMES[name]} ${formatPercent(point[name])}`),
    ...(point.severity === 'warning' || point.severity === 'critical' ? [`finding: ${point.severity}`] : []),
    ...eventLines(eventsOf(input, times, Date.parse(point.windowEnd))),
  ].join('\n')
}
