import type { BarSeriesOption, EChartsOption } from 'echarts'
import { arrange, type Bars, type BinOrder } from './bars.ts'
import type { DistributionBin, DistributionData } from './data.ts'
import { formatNumber, formatPercent, inTooltip, truncate } from './format.ts'
import {
  frame,
  headroom,
  LABEL_MARGIN,
  labelsWidth,
  legend,
  nameLength,
  tooltip,
  valueAxis,
} from './frame.ts'
import { labelColumn, palette, widthOf, type Appearance } from './theme.ts'

export interface DistributionInput extends DistributionData, Appearance {
  order?: BinOrder | undefined
}

const ROW_HEIGHT = 28
const TOP = 30
const NUMERIC_HEIGHT = 280
/** Pixels for the names of categories at least. */
const LEAST_LABELS = 60
/** Pixels down from the axis that slanted labels take at most. */
const SLANTED = 70
/** Code points of a label below a bar. */
const MAX_UPRIGHT = 18

/** Pixels that the chart takes: a row a category, a fixed height for numbers. */
export function distributionHeight(bins: readonly DistributionBin[]): number {
  const bars = arrange(bins)
  return bars.isNumeric ? NUMERIC_HEIGHT : TOP + Math.max(1, slots(bars).length) * ROW_HEIGHT + 26
}

/** Baseline and window over the same bins: numbers as a histogram, the one over the other, categories as pairs of bars. */
export function distributionOption(input: DistributionInput): EChartsOption {
  const bars = arrange(input.bins, input.order)
  const bins = slots(bars)
  const shared: EChartsOption = {
    ...frame(input),
    legend: { ...legend(input), data: ['baseline', sideName(input)] },
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      axisPointer: { type: 'shadow', label: { show: false } },
      formatter: (params) => binTooltip(bins[indexOf(params)] ?? null),
    },
    series: sides(input, bins, bars.isNumeric),
  }
  return { ...shared, ...(bars.isNumeric ? upright(input, bins) : lying(input, bins)) }
}

/** What the side that is compared is called. */
const sideName = ({ side = 'window' }: DistributionData) => side

/** The bins in order of the axis, with an empty place between the usual ones and those that are set apart. */
function slots({ main, apart, isNumeric }: Bars): (DistributionBin | null)[] {
  if (apart.length === 0 || main.length === 0) return [...main, ...apart]
  // What explains most is in sight, however many categories follow.
  const isFirst = !isNumeric && mostOf(apart) > mostOf(main)
  return isFirst ? [...apart, null, ...main] : [...main, null, ...apart]
}

const mostOf = (bins: readonly DistributionBin[]) =>
  Math.max(...bins.map(({ contribution }) => contribution ?? 0))

function upright(input: DistributionInput, bins: readonly (DistributionBin | null)[]): EChartsOption {
  const room = (widthOf(input).width - 64) / Math.max(1, bins.length)
  const longest = 6.5 * Math.max(0, ...bins.map((bin) => truncate(bin?.label ?? '', MAX_UPRIGHT).length))
  const isTight = longest > room
  const axis = binAxis(input, bins, MAX_UPRIGHT)
  return {
    grid: {
      left: 48,
      right: 16,
      top: headroom(input),
      bottom: isTight ? 14 + Math.min(SLANTED, longest * Math.SQRT1_2) : 26,
      outerBoundsMode: 'none',
    },
    xAxis: {
      ...axis,
      axisLabel: { ...axis.axisLabel, ...(isTight ? { rotate: 45, width: SLANTED / Math.SQRT1_2 } : {}) },
    },
    yAxis: { ...valueAxis(input, 'share of rows', formatPercent), min: 0 },
  }
}

function lying(input: DistributionInput, bins: readonly (DistributionBin | null)[]): EChartsOption {
  const names = bins.map((bin) => bin?.label ?? '')
  const left = labelsWidth(names, LEAST_LABELS, labelColumn(input))
  const axis = binAxis(input, bins, nameLength(left))
  return {
    grid: { left, right: 60, top: TOP, bottom: 26, outerBoundsMode: 'none' },
    xAxis: { ...valueAxis(input, '', formatPercent), min: 0 },
    yAxis: { ...axis, inverse: true, axisLabel: { ...axis.axisLabel, width: left - LABEL_MARGIN } },
  }
}

function binAxis({ theme }: Appearance, bins: readonly (DistributionBin | null)[], most: number) {
  const { text, line } = palette(theme)
  return {
    type: 'category' as const,
    data: bins.map((bin) => truncate(bin?.label ?? '', most)),
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: text, fontSize: 11, interval: 0, overflow: 'truncate' as const, ellipsis: '…' },
  }
}

/** The window filled, the baseline as a dashed outline: over it for numbers, beside it for categories. */
function sides(
  input: DistributionInput,
  bins: readonly (DistributionBin | null)[],
  isNumeric: boolean,
): BarSeriesOption[] {
  const { production, baseline, muted } = palette(input.theme)
  const label = {
    show: !isNumeric,
    position: 'right',
    color: muted,
    fontSize: 10,
    formatter: (params: { value: unknown }) => formatPercent(params.value as number | null),
  } as const
  const window: BarSeriesOption = {
    type: 'bar',
    name: sideName(input),
    itemStyle: { color: production, opacity: isNumeric ? 0.75 : 1 },
    label,
    data: bins.map((bin) => bin?.windowShare ?? null),
  }
  const reference: BarSeriesOption = {
    type: 'bar',
    name: 'baseline',
    z: 3,
    itemStyle: { color: 'transparent', borderColor: baseline, borderWidth: 1.25, borderType: 'dashed' },
    label,
    data: bins.map((bin) => bin?.baselineShare ?? null),
  }
  const layout: BarSeriesOption = isNumeric
    ? { barGap: '-100%', barCategoryGap: '10%' }
    : { barGap: '15%', barCategoryGap: '30%' }
  return [
    { ...reference, ...layout },
    { ...window, ...layout },
  ]
}

function indexOf(params: unknown): number {
  const [first] = [params].flat() as { dataIndex?: unknown }[]
  return Number(first?.dataIndex)
}

/** What the tooltip says on a bin. */
export function binTooltip(bin: DistributionBin | null): string {
  if (bin === null) return ''
  return [
    inTooltip(bin.label),
    `baseline ${formatPercent(bin.baselineShare)}`,
    `window ${formatPercent(bin.windowShare)}`,
    `adds ${formatNumber(bin.contribution)} to PSI`,
  ].join('\n')
}
