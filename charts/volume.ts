import type { BarSeriesOption, EChartsOption, LineSeriesOption } from 'echarts'
import type { VolumeData } from './data.ts'
import { EVENT_LANE, eventLines, eventSeries, eventsOf, nameAbove, type Shown } from './events.ts'
import { formatCount, formatInstant, formatOnAxis } from './format.ts'
import { frame, headroom, legend, lineEntry, roundUp, timeAxis, timeOf, tooltip, valueAxis } from './frame.ts'
import { palette, plotSides, type Appearance } from './theme.ts'
import { nearest, spanOf } from './time.ts'

export interface VolumeInput extends VolumeData, Appearance, Shown {}

/** The height at which both parts of the chart have room, pixels. */
export const VOLUME_HEIGHT = 260

/** Dead letters, where there are any, have a lane of their own below: a few would not show among thousands of predictions. */
const LANE = 40

/** Predictions with the part of them that is labelled, and below, on a scale of their own, dead letters if there are any. */
export function volumeOption(input: VolumeInput): EChartsOption {
  const { points, range, events = [] } = input
  const { production, text, critical } = palette(input.theme)
  const most = Math.max(0, ...points.map(({ deadLetters }) => deadLetters))
  const hasLane = most > 0
  const side = { ...plotSides(input), outerBoundsMode: 'none' } as const
  // Both parts have the same axis, whichever steps have dead letters.
  const span = spanOf(
    points.map((point) => Date.parse(point.time)),
    range,
  )
  const time = timeAxis(input, span)
  const count = valueAxis(input, 'rows', formatOnAxis)
  const largest = Math.max(1, ...points.flatMap(({ predictions, labels }) => [predictions, labels]))
  // Marks stand at the top of the axis, which so has to be known.
  const top = events.length === 0 ? undefined : roundUp(1.05 * largest)
  const above = headroom(input) + (events.length > 0 ? EVENT_LANE : 0)
  return {
    ...frame(input),
    grid: hasLane
      ? [
          { ...side, top: above, bottom: 26 + LANE + 34 },
          { ...side, height: LANE, bottom: 26 },
        ]
      : [{ ...side, top: above, bottom: 26 }],
    legend: {
      ...legend(input),
      data: [lineEntry('predictions'), lineEntry('labels'), ...(hasLane ? ['dead letters'] : [])],
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: (params) => volumeTooltip(input, timeOf(params)),
    },
    xAxis: hasLane
      ? [
          { ...time, gridIndex: 0, axisLabel: { show: false } },
          { ...time, gridIndex: 1 },
        ]
      : [time],
    yAxis: [
      {
        ...count,
        ...nameAbove(events),
        gridIndex: 0,
        min: 0,
        minInterval: 1,
        ...(top !== undefined && { max: top }),
      },
      ...(hasLane
        ? [{ ...count, name: 'dead letters', gridIndex: 1, min: 0, max: most, interval: most }]
        : []),
    ],
    series: [
      {
        ...steps(
          'predictions',
          points.map(({ time, predictions }) => [Date.parse(time), predictions]),
        ),
        lineStyle: { color: production, width: 1.5 },
        itemStyle: { color: production },
        areaStyle: { color: production, opacity: 0.2 },
      },
      {
        ...steps(
          'labels',
          points.map(({ time, labels }) => [Date.parse(time), labels]),
        ),
        lineStyle: { color: text, width: 1.25, type: [4, 3] },
        itemStyle: { color: text },
      },
      ...(hasLane ? [deadLetters(points, critical)] : []),
      ...(top === undefined ? [] : [eventSeries(input, events, top, span)]),
    ],
  }
}

function deadLetters(points: VolumeInput['points'], color: string): BarSeriesOption {
  return {
    type: 'bar',
    name: 'dead letters',
    xAxisIndex: 1,
    yAxisIndex: 1,
    barMinHeight: 3,
    barMinWidth: 1,
    barMaxWidth: 10,
    itemStyle: { color },
    data: points.flatMap(({ time, deadLetters }) =>
      deadLetters > 0 ? [[Date.parse(time), deadLetters]] : [],
    ),
  }
}

/** A count holds from the beginning of its step to the next one's. */
function steps(name: string, data: [number, number][]): LineSeriesOption {
  return { type: 'line', name, step: 'end', symbol: 'none', silent: true, data }
}

/** What the tooltip says at a time, epoch milliseconds. */
export function volumeTooltip(input: VolumeData & Shown, time: number): string {
  const { points } = input
  const times = points.map((one) => Date.parse(one.time))
  const point = points[nearest(times, time)]
  if (point === undefined) return ''
  return [
    `from ${formatInstant(point.time)}`,
    `predictions ${formatCount(point.predictions)}`,
    `labels ${formatCount(point.labels)}`,
    `dead letters ${formatCount(point.deadLetters)}`,
    ...eventLines(eventsOf(input, times, Date.parse(point.time))),
  ].join('\n')
}
