import type { EChartsOption, LineSeriesOption, ScatterSeriesOption } from 'echarts'
import { changeEvents, changeWords } from './changes.ts'
import type { PerformanceData, PerformancePoint } from './data.ts'
import {
  EVENT_LANE,
  LANE as MARKS,
  eventLines,
  eventSeries,
  eventsOf,
  inOrder,
  nameAbove,
  type Shown,
} from './events.ts'
import { formatInstant, formatNumber, formatOnAxis, formatPercent, inTooltip } from './format.ts'
import { frame, headroom, legend, lineEntry, timeAxis, timeOf, tooltip, valueAxis } from './frame.ts'
import { intervalBand } from './interval-band.ts'
import { levelLines } from './levels/level-lines.ts'
import { palette, type Appearance } from './theme.ts'
import { isolated, nearest, spanOf, withGaps, type LinePoint } from './time.ts'

/** The events stand beside the changes of the metric. */
export interface PerformanceInput extends PerformanceData, Appearance, Shown {}

/** The height at which both parts of the chart have room, pixels. */
export const PERFORMANCE_HEIGHT = 340
/** The share of labels received, below the metric. */
const LANE = 40
/** Roughly the height of the metric's plot, pixels. */
const PLOT = 190
const EXPECTED = 'expected before labels'
const UNRIPE = 'labels still arriving'
const INTERVAL = '95% interval'

/**
 * A metric over time with its confidence interval as a band, what scores make expect dashed, the baseline's value, the
 * values from which a loss counts, and marks where errors changed; below it the share of labels received.
 */
export function performanceOption(input: PerformanceInput): EChartsOption {
  const { points, metric, range } = input
  const { production, text, muted } = palette(input.theme)
  const events = inOrder(changeEvents(input.changes), input.events ?? [])
  const span = spanOf(
    points.map(({ time }) => Date.parse(time)),
    range,
  )
  const time = timeAxis(input, span)
  const value = { ...valueAxis(input, metric, formatOnAxis), ...nameAbove(events), gridIndex: 0 }
  const [bottom, top] = extent(input)
  const levels = levelLines(input, input, { length: top - bottom, pixels: PLOT })
  const side = { ...levels.sides, outerBoundsMode: 'none' } as const
  const ripe = lineOf(points, ({ value, mature }) => (mature === false ? null : value))
  const unripe = lineOf(points, ({ value, mature }, i) =>
    mature === false || points[i + 1]?.mature === false ? value : null,
  )
  const hasUnripe = points.some(({ value, mature }) => value !== null && mature === false)
  const hasEstimate = points.some(({ estimate }) => estimate !== null)
  return {
    ...frame(input),
    grid: [
      { ...side, top: headroom(input) + (events.length > 0 ? EVENT_LANE : 0), bottom: 26 + LANE + 34 },
      { ...side, height: LANE, bottom: 26 },
    ],
    legend: {
      ...legend(input),
      data: [
        lineEntry(metric),
        { name: INTERVAL, icon: 'rect' },
        ...(hasUnripe ? [UNRIPE] : []),
        ...(hasEstimate ? [lineEntry(EXPECTED)] : []),
      ],
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: (params) => performanceTooltip(input, timeOf(params)),
    },
    xAxis: [
      { ...time, gridIndex: 0, axisLabel: { show: false } },
      { ...time, gridIndex: 1 },
    ],
    yAxis: [
      { ...value, axisLabel: { ...value.axisLabel, showMinLabel: false, showMaxLabel: false }, min: bottom, max: top }, // prettier-ignore
      { ...valueAxis(input, 'labels received', formatPercent), gridIndex: 1, min: 0, max: 1, interval: 1 },
    ],
    series: [
      ...band(input),
      {
        ...line(
          EXPECTED,
          lineOf(points, ({ estimate }) => estimate),
          text,
        ),
        z: 3,
        lineStyle: { color: text, width: 1.25, type: [5, 4] },
      },
      {
        ...line(metric, ripe, production),
        z: 4,
        lineStyle: { color: production, width: 1.75 },
        markLine: { silent: true, symbol: 'none', data: levels.lines },
      },
      {
        ...line(UNRIPE, unripe, production),
        z: 4,
        symbol: 'emptyCircle',
        symbolSize: 6,
        showAllSymbol: true,
        lineStyle: { color: production, width: 1.25, type: [2, 3] },
      },
      dots(ripe, production),
      coverage(points, muted),
      ...(events.length === 0
        ? []
        : [eventSeries(input, events, top, span, { ...MARKS, sides: levels.sides })]),
    ],
  }
}

type Reads = (point: PerformancePoint, index: number) => number | null

const lineOf = (points: readonly PerformancePoint[], of: Reads) =>
  withGaps(points.map((point, i): LinePoint => [Date.parse(point.time), of(point, i)]))

function line(name: string, data: readonly LinePoint[], color: string): LineSeriesOption {
  return { type: 'line', name, data: [...data], symbol: 'none', silent: true, itemStyle: { color } }
}

/** Single values between gaps. */
function dots(data: readonly LinePoint[], color: string): ScatterSeriesOption {
  return {
    type: 'scatter',
    name: 'alone',
    silent: true,
    symbolSize: 5,
    itemStyle: { color, opacity: 1 },
    data: isolated(data),
  }
}

function band({ points, theme }: PerformanceInput): LineSeriesOption[] {
  const known = ({ low, high }: PerformancePoint) => low !== null && high !== null
  const low = lineOf(points, (point) => (known(point) ? point.low : null))
  const width = lineOf(points, (point) => (known(point) ? point.high! - point.low! : null))
  return intervalBand({ name: INTERVAL, low, width }, theme)
}

function coverage(points: readonly PerformancePoint[], color: string): LineSeriesOption {
  return {
    type: 'line',
    name: 'labels received',
    xAxisIndex: 1,
    yAxisIndex: 1,
    step: 'middle',
    symbol: 'none',
    silent: true,
    data: lineOf(points, ({ predictions, labelled }) => (predictions > 0 ? labelled / predictions : null)),
    lineStyle: { color, width: 1 },
    itemStyle: { color },
    areaStyle: { color, opacity: 0.25 },
  }
}

/** From below all that is drawn to above it: a loss of a tenth would not show on an axis from 0. */
function extent({ points, baseline, thresholds }: PerformanceInput): [number, number] {
  const values = [
    ...points.flatMap(({ value, estimate, low, high }) => [value, estimate, low, high]),
    baseline,
    ...(thresholds === undefined ? [] : [thresholds.warning, thresholds.critical]),
  ].filter((value) => value !== null)
  if (values.length === 0) return [0, 1]
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = 0.08 * Math.max(most - least || Math.abs(most), 1e-9)
  const unit = 10 ** Math.floor(Math.log10(most - least + 2 * room))
  const [bottom, top] = [least - room, most + room]
  const from = Math.floor((5 * bottom) / unit) / 5
  const to = Math.ceil((5 * top) / unit) / 5
  return [least >= 0 ? Math.max(0, from * unit) : from * unit, to * unit]
}

/** What the tooltip says at a time, epoch milliseconds. */
export function performanceTooltip(input: PerformanceData & Shown, time: number): string {
  const { points, metric, step } = input
  const events = inOrder(changeEvents(input.changes, changeWords), input.events ?? [])
  const times = points.map((point) => Date.parse(point.time))
  const point = points[nearest(times, time)]
  if (point === undefined) return ''
  const { value, low, high, estimate, predictions, labelled, mature } = point
  const interval = low === null || high === null ? '' : `, 95% interval ${formatNumber(low)} to ${formatNumber(high)}` // prettier-ignore
  return [
    `${step === '1d' ? 'day' : 'hour'} from ${formatInstant(point.time)}`,
    `${inTooltip(metric)} ${formatNumber(value)}${interval}`,
    ...(estimate === null ? [] : [`${EXPECTED} ${formatNumber(estimate)}`]),
    predictions === 0
      ? 'no predictions'
      : `${formatPercent(labelled / predictions)} of labels received${mature === false ? ', more may arrive' : ''}`,
    ...eventLines(eventsOf({ ...input, events }, times, Date.parse(point.time))),
  ].join('\n')
}
