import type { LineSeriesOption, ScatterSeriesOption } from 'echarts'
import { formatPercent } from '../format.ts'
import { SHARE_NAMES, type QualityData, type QualityShare } from './data.ts'
import { palette, type Appearance, type Theme } from '../theme.ts'
import { isolated, withGaps, type LinePoint } from '../time.ts'
import { BREACH_SYMBOL } from '../verdict.ts'

type Input = QualityData & Appearance

const COLOURS: Record<Theme, Record<QualityShare, string>> = {
  light: {
    missing: '#0072B2',
    invalid: '#B24A00',
    out_of_range: '#7A4FA3',
    unseen: '#00745A',
    skew: '#A3195B',
  },
  dark: {
    missing: '#56B4E9',
    invalid: '#F29A5C',
    out_of_range: '#C9A2F0',
    unseen: '#4FD1A5',
    skew: '#FF8FB8',
  },
}
/** Lines are told apart without their colour too. */
const DASHES: Record<QualityShare, LineStyleType> = {
  missing: 'solid',
  invalid: [7, 3],
  out_of_range: [2, 2],
  unseen: [9, 3, 2, 3],
  skew: [9, 3, 2, 3, 2, 3],
}
type LineStyleType = 'solid' | number[]

/** A share as a line, with dots for values that stand alone. */
export function shareLine(
  { points, theme }: Input,
  name: QualityShare,
): (LineSeriesOption | ScatterSeriesOption)[] {
  const color = COLOURS[theme][name]
  const data = withGaps(points.map((point): LinePoint => [Date.parse(point.windowEnd), point[name]]))
  return [
    {
      type: 'line',
      name: SHARE_NAMES[name],
      z: 3,
      data,
      symbol: 'none',
      lineStyle: { color, width: 1.75, type: DASHES[name] },
      itemStyle: { color },
    },
    {
      type: 'scatter',
      name: `${SHARE_NAMES[name]}, alone`,
      silent: true,
      z: 3,
      symbolSize: 5,
      itemStyle: { color, opacity: 1 },
      data: isolated(data),
    },
  ]
}

/** Windows with a finding, in a lane above the lines: which of them is meant, the sentences say. */
export function findingMarks({ points, theme }: Input, top: number): ScatterSeriesOption {
  const colors = palette(theme)
  return {
    type: 'scatter',
    name: 'findings',
    silent: true,
    z: 5,
    data: points.flatMap(({ windowEnd, severity }) =>
      severity === null || severity === 'ok'
        ? []
        : [
            {
              value: [Date.parse(windowEnd), top],
              symbol: BREACH_SYMBOL[severity],
              symbolSize: severity === 'warning' ? 9 : 7,
              symbolOffset: [0, -9],
              itemStyle: { color: colors[severity], opacity: 1 },
            },
          ],
    ),
  }
}

/** The share that may violate what is declared. */
export function toleranceLine({ theme, tolerance }: Input): LineSeriesOption[] {
  if (tolerance === undefined) return []
  const { surface } = palette(theme)
  const color = COLOURS[theme].out_of_range
  const label = {
    position: 'insideStartTop' as const,
    formatter: () => `tolerated out of range ${formatPercent(tolerance)}`,
    fontSize: 11,
    color,
    textBorderColor: surface,
    textBorderWidth: 3,
  }
  const line = { yAxis: tolerance, lineStyle: { color, type: 'dashed' as const, width: 1 }, label }
  return [
    { type: 'line', name: 'tolerance', data: [], markLine: { silent: true, symbol: 'none', data: [line] } },
  ]
}

/** The window that the page shows. */
export function selectedLine({ theme }: Input, selected: string): ScatterSeriesOption {
  return {
    type: 'scatter',
    name: 'selected',
    silent: true,
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: palette(theme).text, type: 'solid', width: 1 },
      data: [{ xAxis: Date.parse(selected) }],
    },
  }
}
