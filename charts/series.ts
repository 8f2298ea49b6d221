import type { EChartsOption } from 'echarts'
import type { SeriesData } from './data.ts'
import { EVENT_LANE, eventLines, eventSeries, eventsOf, LANE, nameAbove, type Shown } from './events.ts'
import { formatInstant, formatNumber, formatOnAxis, inTooltip, truncate } from './format.ts'
import { frame, headroom, legend, lineEntry, roundUp, timeAxis, timeOf, tooltip, valueAxis } from './frame.ts'
import { NOISE_FLOOR, noiseFloor, pointMarks, selectionMark } from './series-marks.ts'
import { levelLines } from './levels/level-lines.ts'
import { palette, type Appearance } from './theme.ts'
import { nearest, spanOf, withGaps, type LinePoint } from './time.ts'
import { verdictWord } from './verdict.ts'

/** Roughly the height of the plot where thresholds have names, pixels. */
const PLOT = 230

export interface SeriesInput extends SeriesData, Appearance, Shown {
  /** End of the window that the page shows. */
  selected?: string | undefined
}

/** A statistic of a column over time, with its thresholds, its noise floor and the windows that breached. */
export function seriesOption(input: SeriesInput): EChartsOption {
  const { points, statistic, thresholds, range, selected, events = [] } = input
  const { production } = palette(input.theme)
  const line = withGaps(points.map(({ windowEnd, value }): LinePoint => [Date.parse(windowEnd), value]))
  const span = spanOf(
    line.map(([time]) => time),
    range,
  )
  const values = points.flatMap(({ value, noiseFloor }) => [value ?? 0, noiseFloor ?? 0])
  const top = roundUp(1.08 * Math.max(thresholds?.critical ?? 0, ...values)) || 1
  const bottom = -roundUp(-Math.min(0, ...values))
  const floor = noiseFloor(input)
  const levels = levelLines(input, { thresholds }, { length: top - bottom, pixels: PLOT })
  return {
    ...frame(input),
    grid: {
      ...levels.sides,
      top: headroom(input) + (events.length > 0 ? EVENT_LANE : 0),
      bottom: 26,
      outerBoundsMode: 'none',
    },
    legend: {
      ...legend(input),
      data: [truncate(statistic), ...(floor.length === 0 ? [] : [NOISE_FLOOR])].map(lineEntry),
    },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: (params) => seriesTooltip(input, timeOf(params)),
    },
    xAxis: timeAxis(input, span),
    yAxis: {
      ...valueAxis(input, truncate(statistic), formatOnAxis),
      ...nameAbove(events),
      min: bottom,
      max: top,
    },
    series: [
      ...floor,
      {
        type: 'line',
        name: truncate(statistic),
        z: 3,
        data: line,
        symbol: 'none',
        sampling: 'lttb',
        lineStyle: { color: production, width: 1.75 },
        itemStyle: { color: production },
        markLine: { silent: true, symbol: 'none', data: levels.lines },
      },
      pointMarks(input, line),
      ...(selected === undefined ? [] : [selectionMark(input, selected)]),
      ...(events.length === 0
        ? []
        : [eventSeries(input, events, top, span, { ...LANE, sides: levels.sides })]),
    ],
  }
}

/** What the tooltip says at a time, epoch milliseconds: the nearest evaluation and the events nearest to it. */
export function seriesTooltip(input: SeriesInput, time: number): string {
  const { points, statistic } = input
  const times = points.map(({ windowEnd }) => Date.parse(windowEnd))
  const point = points[nearest(times, time)]
  if (point === undefined) return ''
  const { windowEnd, value, noiseFloor, verdict } = point
  return [
    formatInstant(windowEnd),
    `${inTooltip(statistic)} ${formatNumber(value)}, ${verdictWord(verdict)}`,
    ...(noiseFloor === null ? [] : [`noise floor ${formatNumber(noiseFloor)}`]),
    ...eventLines(eventsOf(input, times, Date.parse(windowEnd))),
  ].join('\n')
}
