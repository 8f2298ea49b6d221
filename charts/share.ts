import type { Severity } from '../domain/severity.ts'
import type { EChartsOption, LineSeriesOption } from 'echarts'
import type { ShareData, SharePoint } from './data.ts'
import { EVENT_LANE, eventLines, eventSeries, eventsOf, nameAbove, type Shown } from './events.ts'
import { formatInstant, formatPercent } from './format.ts'
import { frame, headroom, legend, timeAxis, timeOf, tooltip, valueAxis } from './frame.ts'
import { palette, plotSides, type Appearance } from './theme.ts'
import { nearest, spanOf, withGaps, type LinePoint } from './time.ts'
import { BREACH_SYMBOL } from './verdict.ts'

export interface ShareInput extends ShareData, Appearance, Shown {}

/** The share of columns that drift over time, those at critical below and those at warning on top, of 100%. */
export function shareOption(input: ShareInput): EChartsOption {
  const { points, range, events = [] } = input
  const span = spanOf(
    points.map(({ windowEnd }) => Date.parse(windowEnd)),
    range,
  )
  return {
    ...frame(input),
    grid: {
      ...plotSides(input),
      top: headroom(input) + (events.length > 0 ? EVENT_LANE : 0),
      bottom: 26,
      outerBoundsMode: 'none',
    },
    legend: {
      ...legend(input),
      itemWidth: 9,
      data: (['critical', 'warning'] as const).map((name) => ({ name, icon: BREACH_SYMBOL[name] })),
    },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: (params) => shareTooltip(input, timeOf(params)),
    },
    xAxis: timeAxis(input, span),
    yAxis: {
      ...valueAxis(input, 'drifted features', formatPercent),
      ...nameAbove(events),
      min: 0,
      max: 1,
      interval: 0.25,
    },
    series: [
      area(input, 'critical'),
      area(input, 'warning'),
      ...(events.length === 0 ? [] : [eventSeries(input, events, 1, span)]),
    ],
  }
}

function area({ theme, points }: ShareInput, severity: Severity): LineSeriesOption {
  const color = palette(theme)[severity]
  return {
    type: 'line',
    name: severity,
    stack: 'drift',
    step: 'end',
    symbol: 'none',
    silent: true,
    data: withGaps(
      points.map((point): LinePoint => {
        const { windowEnd, columns } = point
        return [Date.parse(windowEnd), columns > 0 ? point[severity] / columns : null]
      }),
    ),
    lineStyle: { color, width: 1.25 },
    itemStyle: { color },
    areaStyle: { color, opacity: severity === 'critical' ? 0.75 : 0.35 },
  }
}

/** What the tooltip says at a time, epoch milliseconds. */
export function shareTooltip(input: ShareInput, time: number): string {
  const { points } = input
  const times = points.map(({ windowEnd }) => Date.parse(windowEnd))
  const point = points[nearest(times, time)]
  if (point === undefined) return ''
  return [
    formatInstant(point.windowEnd),
    ...shareLines(point),
    ...eventLines(eventsOf(input, times, Date.parse(point.windowEnd))),
  ].join('\n')
}

function shareLines({ columns, warning, critical }: SharePoint): string[] {
  if (columns === 0) return ['no feature has a verdict']
  return [
    `${warning + critical} of ${columns} features drifted, ${formatPercent((warning + critical) / columns)}`,
    `critical ${critical}, warning ${warning}`,
  ]
}
