import type { EChartsOption, ScatterSeriesOption } from 'echarts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { isBreach, type Verdict } from '../../domain/verdict.ts'
import { tableColumn, type Table } from '../table.ts'
import { formatNumber, inTooltip, truncate } from '../format.ts'
import { frame, tooltip, valueAxis } from '../frame.ts'
import { palette, widthOf, type Appearance } from '../theme.ts'
import { BREACH_SYMBOL, verdictWord } from '../verdict.ts'

/** How far each feature drifted, against how much the model relies on it. */
export interface ImportanceData {
  points: readonly ImportancePoint[]
  thresholds: Thresholds
}

export interface ImportancePoint {
  column: string
  /** As the model declares it; not below 0. */
  importance: number
  /** The largest effect among the windows with the worst verdict. */
  effect: number
  verdict: Verdict
}

export const IMPORTANCE_HEIGHT = 300
/** Names beside their points: more of them would cover one another. */
const NAMED = 8

/** What to look at first: a large drift of an important feature. */
export const urgency = ({ importance, effect }: ImportancePoint) => importance * Math.max(0, effect)

const byUrgency = (points: readonly ImportancePoint[]) =>
  points.toSorted((a, b) => urgency(b) - urgency(a) || (a.column < b.column ? -1 : 1))

/** A point a feature: importance to the right, drift upwards. */
export function importanceOption(input: ImportanceData & Appearance): EChartsOption {
  const { points, thresholds } = input
  const { muted, text, production, warning, critical, unconfirmed } = palette(input.theme)
  const color = { ok: production, insufficient_data: muted, unconfirmed, warning, critical }
  const named = new Set(byUrgency(points).slice(0, widthOf(input).narrow ? NAMED / 2 : NAMED))
  const farRight = 0.75 * Math.max(...points.map(({ importance }) => importance))
  const data: ScatterSeriesOption['data'] = points.map((point) => ({
    value: [point.importance, point.effect],
    symbol: isBreach(point.verdict) ? BREACH_SYMBOL[point.verdict] : 'circle',
    itemStyle: { color: color[point.verdict] },
    label: {
      show: named.has(point),
      position: point.importance > farRight ? 'left' : 'right',
      formatter: () => truncate(point.column, 24),
    },
  }))
  const limit = (name: 'warning' | 'critical') => ({
    yAxis: thresholds[name],
    lineStyle: { color: color[name], type: 'dashed' as const, width: 1 },
    label: { formatter: name, color: color[name], position: 'insideStartTop' as const, fontSize: 11 },
  })
  const importanceAxis = valueAxis(input, 'importance', formatNumber)
  return {
    ...frame(input),
    grid: { left: 52, right: 24, top: 34, bottom: 44, outerBoundsMode: 'none' },
    tooltip: {
      ...tooltip(input),
      trigger: 'item',
      formatter: (params) => pointTooltip(points[(params as { dataIndex: number }).dataIndex]),
    },
    xAxis: {
      ...importanceAxis,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: muted, fontSize: 11 },
      splitLine: { show: false },
    },
    yAxis: valueAxis(input, 'largest effect', formatNumber),
    series: {
      type: 'scatter',
      symbolSize: 11,
      data,
      labelLayout: { hideOverlap: true },
      label: { color: text, fontSize: 11, distance: 6 },
      emphasis: { scale: 1.3 },
      markLine: {
        silent: true,
        symbol: 'none',
        animation: false,
        data: [limit('warning'), limit('critical')],
      },
    },
  }
}

function pointTooltip({ column, importance, effect, verdict }: ImportancePoint): string {
  return [
    inTooltip(column),
    `importance ${formatNumber(importance)}`,
    `largest effect ${formatNumber(effect)}, ${verdictWord(verdict)}`,
  ].join('\n')
}

/** `Drift and importance of 16 features: look at distance first (importance 0.4, largest effect 0.61, critical).` */
export function importanceSummary({ points }: ImportanceData): string {
  const what = `Drift and importance of ${points.length} ${points.length === 1 ? 'feature' : 'features'}`
  const worst = byUrgency(points.filter(({ verdict }) => isBreach(verdict)))[0]
  if (worst === undefined) return `${what}: none beyond the thresholds.`
  const { column, importance, effect, verdict } = worst
  return `${what}: look at ${truncate(column)} first (importance ${formatNumber(importance)}, largest effect ${formatNumber(effect)}, ${verdictWord(verdict)}).`
}

export function importanceTable({ points }: ImportanceData): Table {
  return {
    columns: [
      tableColumn('Feature'),
      tableColumn('Importance', 'number'),
      tableColumn('Largest effect', 'number'),
      tableColumn('Verdict'),
    ],
    rows: byUrgency(points).map(({ column, importance, effect, verdict }) => [
      column,
      importance,
      effect,
      verdictWord(verdict),
    ]),
  }
}
