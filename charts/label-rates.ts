import type { CustomSeriesOption, EChartsOption } from 'echarts'
import type { Interval, LabelRateBin, LabelRatesData } from './data.ts'
import { formatCount, formatNumber, formatPercent, inTooltip, truncate } from './format.ts'
import { frame, legend, nameLength, rowAxis, tooltip, valueAxis } from './frame.ts'
import { labelColumn, palette, type Appearance } from './theme.ts'

export interface LabelRatesInput extends LabelRatesData, Appearance {}

const ROW_HEIGHT = 34
const TOP = 30
const BOTTOM = 42
/** Pixels between the two sides of a bin. */
const APART = 9
const RADIUS = 4
/** Marks a bin that changed by itself. */
export const BROKE_SIGN = '◆'

/** Pixels that the chart takes: a row a bin. */
export function labelRatesHeight(bins: readonly unknown[]): number {
  return TOP + Math.max(1, bins.length) * ROW_HEIGHT + BOTTOM
}

/** A value as its labels are read: a share, or a number. */
export function rateText({ isShare }: Pick<LabelRatesData, 'isShare'>, value: number): string {
  return isShare ? formatPercent(value) : formatNumber(value)
}

/** A row a bin: the baseline's labels and below them the window's, each with its interval; bins that broke are marked. */
export function labelRatesOption(input: LabelRatesInput): EChartsOption {
  const { bins, what } = input
  const { muted, production, baseline } = palette(input.theme)
  const left = labelColumn(input)
  const name = ({ label, broke }: LabelRateBin) =>
    `${broke ? `${BROKE_SIGN} ` : ''}${truncate(label, nameLength(left) - 2)}`
  return {
    ...frame(input),
    grid: { left, right: 24, top: TOP, bottom: BOTTOM, outerBoundsMode: 'none' },
    legend: {
      ...legend(input),
      data: [
        { name: 'baseline', icon: 'circle' },
        { name: 'window', icon: 'circle' },
      ],
    },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      axisPointer: { type: 'shadow', label: { show: false } },
      formatter: (params) => rateTooltip(input, indexOf(params)),
    },
    xAxis: {
      ...valueAxis(input, '', (value) => rateText(input, value)),
      scale: true,
      name: truncate(what),
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { color: muted, fontSize: 11 },
    },
    yAxis: rowAxis(input, left, bins.map(name)),
    series: [
      side('baseline', bins.map((bin) => bin.baseline), baseline, -APART / 2), // prettier-ignore
      side('window', bins.map((bin) => bin.window), production, APART / 2), // prettier-ignore
    ],
  }
}

/** Points with their intervals, shifted from the middle of the row; the baseline's are dashed and hollow. */
function side(
  name: 'baseline' | 'window',
  intervals: readonly Interval[],
  color: string,
  shift: number,
): CustomSeriesOption {
  const isBaseline = name === 'baseline'
  return {
    type: 'custom',
    name,
    silent: true,
    itemStyle: { color },
    encode: { x: [1, 2, 3], y: 0 },
    data: intervals.map(({ value, low, high }, row) => [row, low, value, high]),
    renderItem: (_, api) => {
      const at = (dimension: number) => api.coord([api.value(dimension), api.value(0)])
      const [low, middle, high] = [at(1), at(2), at(3)]
      const y = middle[1] + shift
      const style = { stroke: color, lineWidth: 1.5, ...(isBaseline ? { lineDash: [4, 3] } : {}) }
      return {
        type: 'group',
        children: [
          { type: 'line', shape: { x1: low[0], y1: y, x2: high[0], y2: y }, style },
          {
            type: 'circle',
            shape: { cx: middle[0], cy: y, r: RADIUS },
            style: isBaseline ? { stroke: color, lineWidth: 1.5, fill: 'none' } : { fill: color },
          },
        ],
      }
    },
  }
}

function indexOf(params: unknown): number {
  const [first] = [params].flat() as { dataIndex?: unknown }[]
  return Number(first?.dataIndex)
}

/** What the tooltip says on a bin. */
export function rateTooltip(data: LabelRatesData, index: number): string {
  const bin = data.bins[index]
  if (bin === undefined) return ''
  const { label, baselineRows, windowRows, baseline, window, broke } = bin
  const line = (name: string, { value, low, high }: Interval, rows: number) =>
    `${name} ${rateText(data, value)} (${rateText(data, low)} to ${rateText(data, high)}), ${formatCount(rows)} rows`
  return [
    inTooltip(label),
    inTooltip(data.what),
    line('baseline', baseline, baselineRows),
    line('window', window, windowRows),
    ...(broke ? [`${BROKE_SIGN} changed individually`] : []),
  ].join('\n')
}
