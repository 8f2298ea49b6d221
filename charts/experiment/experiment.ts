import type { EChartsOption, LineSeriesOption, MarkLineComponentOption } from 'echarts'
import { EXPERIMENT_LOSSES } from '../../domain/experiment.ts'
import type { ExperimentData, ExperimentPoint } from '../data.ts'
import { EVENT_LANE, eventSeries } from '../events.ts'
import { decidedAt, stateWords } from './words.ts'
import { formatCount, formatInstant, formatNumber, formatOnAxis, formatPercent } from '../format.ts'
import { frame, headroom, legend, lineEntry, timeAxis, timeOf, tooltip, valueAxis } from '../frame.ts'
import { intervalBand } from '../interval-band.ts'
import { palette, plotSides, type Appearance } from '../theme.ts'
import { nearest, spanOf, withGaps, type LinePoint, type TimeRange } from '../time.ts'

export interface ExperimentInput extends ExperimentData, Appearance {
  range?: TimeRange | undefined
}

export const EXPERIMENT_HEIGHT = 300
const DIFFERENCE = 'difference'

/**
 * The difference of an experiment over time, with its narrowing interval as a band, the line of no difference, the margin
 * within which a difference does not matter, and a mark at the hour that decided.
 */
export function experimentOption(input: ExperimentInput): EChartsOption {
  const { points, metric, range } = input
  const { production } = palette(input.theme)
  const times = points.map(({ time }) => Date.parse(time))
  const span = spanOf(times, range)
  const [bottom, top] = extent(input)
  const decided = decidedAt(points)
  const lane = decided === undefined ? 0 : EVENT_LANE
  const value = valueAxis(input, EXPERIMENT_LOSSES[metric], formatOnAxis)
  const difference = lineOf(points, (point) => point.difference)
  return {
    ...frame(input),
    grid: { ...plotSides(input), top: headroom(input) + lane, bottom: 26, outerBoundsMode: 'none' },
    legend: {
      ...legend(input),
      data: [lineEntry(DIFFERENCE), { name: bandName(input), icon: 'rect' }],
    },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: (params) => experimentTooltip(input, timeOf(params)),
    },
    xAxis: timeAxis(input, span),
    // The name stands above the lane, in which the decision may be far to the left.
    yAxis: { ...value, nameGap: 10 + lane, nameTextStyle: { ...value.nameTextStyle, padding: [0, 0, 0, -50] }, axisLabel: { ...value.axisLabel, showMinLabel: false, showMaxLabel: false }, min: bottom, max: top }, // prettier-ignore
    series: [
      ...band(input),
      {
        type: 'line',
        name: DIFFERENCE,
        data: difference,
        symbol: 'none',
        showSymbol: difference.length === 1,
        silent: true,
        z: 4,
        itemStyle: { color: production },
        lineStyle: { color: production, width: 1.75 },
        markLine: { silent: true, symbol: 'none', data: noDifference(input) },
        ...margin(input),
      },
      ...(decided === undefined
        ? []
        : [eventSeries(input, [{ kind: 'decision', at: decided.time, label: stateWords(decided.state) }], top, span)]), // prettier-ignore
    ],
  }
}

const bandName = ({ level }: ExperimentData) => `${formatPercent(level)} interval`

function lineOf(
  points: readonly ExperimentPoint[],
  of: (point: ExperimentPoint) => number | null,
): LinePoint[] {
  return withGaps(points.map((point): LinePoint => [Date.parse(point.time), of(point)]))
}

function band(input: ExperimentInput): LineSeriesOption[] {
  const { points, theme } = input
  const low = lineOf(points, ({ lower }) => lower)
  const width = lineOf(points, ({ lower, upper }) =>
    lower === null || upper === null ? null : upper - lower,
  )
  return intervalBand({ name: bandName(input), low, width }, theme)
}

/** A line at 0 that says who is better on which side of it. */
function noDifference({ theme }: ExperimentInput): NonNullable<MarkLineComponentOption['data']> {
  const { baseline, surface } = palette(theme)
  const side = (position: 'insideStartTop' | 'insideStartBottom', text: string) => ({
    yAxis: 0,
    lineStyle: { color: baseline, type: 'solid' as const, width: 1 },
    label: {
      position,
      formatter: () => text,
      fontSize: 11,
      color: baseline,
      textBorderColor: surface,
      textBorderWidth: 3,
    },
  })
  return [side('insideStartTop', 'champion better ↑'), side('insideStartBottom', 'challenger better ↓')]
}

function margin({ theme, margin }: ExperimentInput): Pick<LineSeriesOption, 'markArea'> {
  if (margin === null) return {}
  const { muted, surface } = palette(theme)
  const label = {
    position: 'insideTopRight',
    formatter: () => `margin ±${formatNumber(margin)}`,
    fontSize: 11,
    color: muted,
    textBorderColor: surface,
    textBorderWidth: 3,
  } as const
  return {
    markArea: {
      silent: true,
      itemStyle: { color: muted, opacity: 0.12 },
      data: [[{ yAxis: -margin, label }, { yAxis: margin }]],
    },
  }
}

/** Holds 0, the margin and the interval; the differences of the first hours, of a few rows, may lie beyond. */
function extent({ points, margin }: ExperimentInput): [number, number] {
  const looked = points.flatMap(({ lower, upper }) =>
    lower === null || upper === null ? [] : [lower, upper],
  )
  const shown = looked.length > 0 ? looked : points.map(({ difference }) => difference)
  const values = [0, ...shown, ...(margin === null ? [] : [-margin, margin])]
  const least = values.reduce((a, b) => Math.min(a, b))
  const most = values.reduce((a, b) => Math.max(a, b))
  // ECharts rounds smaller steps of an axis to nothing.
  const room = 0.08 * (most - least > 1e-12 ? most - least : 1)
  return [least - room, most + room]
}

/** What the tooltip says at a time, epoch milliseconds. */
export function experimentTooltip(input: ExperimentData, time: number): string {
  const { points, metric } = input
  const times = points.map((point) => Date.parse(point.time))
  const point = points[nearest(times, time)]
  if (point === undefined) return ''
  const { difference, lower, upper, rows, state } = point
  return [
    `hour from ${formatInstant(point.time)}`,
    `${EXPERIMENT_LOSSES[metric]}, challenger minus champion: ${formatNumber(difference)}`,
    lower === null ? 'before the first look' : `${formatNumber(lower)} to ${formatNumber(upper)} at ${formatPercent(input.level)}`, // prettier-ignore
    `${formatCount(rows)} rows so far`,
    stateWords(state),
  ].join('\n')
}
