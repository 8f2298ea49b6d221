import type { LineSeriesOption, ScatterSeriesOption } from 'echarts'
import type { SeriesData, SeriesPoint } from './data.ts'
import { palette, widthOf, type Appearance } from './theme.ts'
import { isolated, nearest, withGaps, type LinePoint } from './time.ts'
import { BREACH_SYMBOL } from './verdict.ts'
import { isBreach } from '../domain/verdict.ts'

/** Marks of one run of breaches are so many pixels apart at least. */
const MARK_SPACING = 14

export const NOISE_FLOOR = 'noise floor'

type Input = SeriesData & Appearance
/** The noise floor as a soft area from 0, for the legend to name. */
export function noiseFloor({ theme, points }: Input): LineSeriesOption[] {
  const { muted } = palette(theme)
  const line = withGaps(
    points.map(({ windowEnd, noiseFloor }): LinePoint => [Date.parse(windowEnd), noiseFloor]),
  )
  if (line.every(([, value]) => value === null)) return []
  return [
    {
      type: 'line',
      name: NOISE_FLOOR,
      silent: true,
      z: 2,
      data: line,
      symbol: 'none',
      sampling: 'lttb',
      lineStyle: { color: muted, width: 1, type: 'dotted' },
      itemStyle: { color: muted },
      areaStyle: { color: muted, opacity: 0.14 },
    },
  ]
}

/** Breaches and what is unconfirmed by the shape of their verdict, and dots for values that stand alone. */
export function pointMarks(input: Input, line: readonly LinePoint[]): ScatterSeriesOption {
  const { production, surface, ...colors } = palette(input.theme)
  const breaches = thinOut(input).flatMap(({ windowEnd, value, verdict }) => {
    const at = [Date.parse(windowEnd), value]
    if (!isBreach(verdict)) {
      const itemStyle = { color: surface, opacity: 1, borderColor: colors.unconfirmed, borderWidth: 1.75 }
      return [{ value: at, symbol: 'triangle' as const, symbolRotate: 180, symbolSize: 8, itemStyle }]
    }
    return [
      {
        value: at,
        symbol: BREACH_SYMBOL[verdict],
        symbolRotate: 0,
        symbolSize: verdict === 'warning' ? 9 : 7,
        itemStyle: { color: colors[verdict], opacity: 1, borderColor: surface, borderWidth: 1 },
      },
    ]
  })
  const dots = isolated(line).map((value) => ({ value, symbol: 'circle', symbolSize: 5 }))
  return {
    type: 'scatter',
    name: 'breaches',
    silent: true,
    z: 4,
    itemStyle: { color: production, opacity: 1 },
    data: [...dots, ...breaches],
  }
}

/**
 * What breached or is unconfirmed, so many of each run that the marks do not touch: of points that lie so near to one another,
 * the one with the largest value.
 */
function thinOut({ points, width }: Input): SeriesPoint[] {
  const every = Math.ceil(points.length / (widthOf({ width }).width / MARK_SPACING))
  const isMarked = ({ value, verdict }: SeriesPoint) =>
    value !== null && (isBreach(verdict) || verdict === 'unconfirmed')
  const groups: SeriesPoint[][] = []
  for (const [i, point] of points.entries()) {
    if (!isMarked(point)) continue
    const before = points[i - 1]
    const goesOn = before !== undefined && isMarked(before) && before.verdict === point.verdict
    if (goesOn && groups.at(-1)!.length < every) groups.at(-1)!.push(point)
    else groups.push([point])
  }
  return groups.map((group) => group.reduce((top, one) => (one.value! > top.value! ? one : top)))
}

/** The window that the page shows: a line through the chart and a ring around its value. */
export function selectionMark({ theme, points }: Input, selected: string): ScatterSeriesOption {
  const { text, surface } = palette(theme)
  const time = Date.parse(selected)
  const point =
    points[
      nearest(
        points.map(({ windowEnd }) => Date.parse(windowEnd)),
        time,
      )
    ]
  const value = point !== undefined && Date.parse(point.windowEnd) === time ? point.value : null
  return {
    type: 'scatter',
    name: 'selected',
    silent: true,
    z: 6,
    symbol: 'circle',
    symbolSize: 11,
    itemStyle: { color: surface, opacity: 1, borderColor: text, borderWidth: 2 },
    data: value === null ? [] : [[time, value]],
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: text, type: 'solid', width: 1 },
      data: [{ xAxis: time }],
    },
  }
}
