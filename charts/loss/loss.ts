import type { EChartsOption } from 'echarts'
import { formatNumber, formatPercent, formatSigned, inTooltip, truncate } from '../format.ts'
import { frame, legend, nameLength, rowAxis, tooltip, valueAxis } from '../frame.ts'
import { labelColumn, palette, type Appearance } from '../theme.ts'
import type { LossBin, LossBinsData, LossSplitColumn, LossSplitData } from './data.ts'

const ROW_HEIGHT = 26
const TOP = 30
const BOTTOM = 42
const BAR_WIDTH = 13
/** Marks a bin that contributes beyond chance. */
export const NAMED_SIGN = '◆'
export const SHIFT = 'rows moved'
export const CONCEPT = 'relation changed'

interface Part {
  shift: number
  concept: number
}

/** Pixels that such a chart takes: a row a column or a bin. */
export function lossHeight(rows: readonly unknown[]): number {
  return TOP + Math.max(1, rows.length) * ROW_HEIGHT + BOTTOM
}

/** A row a column: what moved and what relates otherwise, stacked to both sides of zero. */
export function lossSplitOption(input: LossSplitData & Appearance): EChartsOption {
  return partsOption(input, {
    rows: input.columns,
    name: ({ name }) => name,
    title: `change of the ${input.loss}`,
    tooltip: (column) => splitTooltip(input, column),
  })
}

/** A row a bin of one column. */
export function lossBinsOption(input: LossBinsData & Appearance): EChartsOption {
  return partsOption(input, {
    rows: input.bins,
    name: ({ label, named }) => `${named ? `${NAMED_SIGN} ` : ''}${label}`,
    title: `contribution to the change of the ${input.loss}`,
    tooltip: (bin) => binTooltip(input, bin),
  })
}

interface Rows<T extends Part> {
  rows: readonly T[]
  name: (row: T) => string
  title: string
  tooltip: (row: T) => string
}

function partsOption<T extends Part>(
  appearance: Appearance,
  { rows, name, title, tooltip: told }: Rows<T>,
): EChartsOption {
  const { muted, line, production, baseline } = palette(appearance.theme)
  const left = labelColumn(appearance)
  const series = (label: string, key: keyof Part, color: string) => ({
    type: 'bar' as const,
    name: label,
    stack: 'parts',
    barWidth: BAR_WIDTH,
    itemStyle: { color },
    data: rows.map((row) => row[key]),
  })
  return {
    ...frame(appearance),
    grid: { left, right: 24, top: TOP, bottom: BOTTOM, outerBoundsMode: 'none' },
    legend: { ...legend(appearance), data: [SHIFT, CONCEPT] },
    tooltip: {
      ...tooltip(appearance),
      trigger: 'axis',
      axisPointer: { type: 'shadow', label: { show: false } },
      formatter: (params) => {
        const row = rows[indexOf(params)]
        return row === undefined ? '' : told(row)
      },
    },
    xAxis: {
      ...valueAxis(appearance, '', formatSigned),
      name: truncate(title, 60),
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { color: muted, fontSize: 11 },
    },
    yAxis: {
      ...rowAxis(
        appearance,
        left,
        rows.map((row) => truncate(name(row), nameLength(left))),
      ),
      axisLine: { onZero: false, lineStyle: { color: line } },
    },
    series: [series(SHIFT, 'shift', baseline), series(CONCEPT, 'concept', production)],
  }
}

function splitTooltip({ loss }: LossSplitData, { name, shift, concept }: LossSplitColumn): string {
  return [inTooltip(name), inTooltip(loss), `${SHIFT} ${formatSigned(shift)}`, `${CONCEPT} ${formatSigned(concept)}`].join('\n') // prettier-ignore
}

function binTooltip({ loss }: LossBinsData, { label, share, mean, shift, concept }: LossBin): string {
  const sides = (of: { baseline: number | null; window: number | null }, format: (x: number | null) => string) =>
    `${format(of.baseline)} → ${format(of.window)}` // prettier-ignore
  return [
    inTooltip(label),
    `share of rows ${sides(share, formatPercent)}`,
    `${inTooltip(loss)} ${sides(mean, formatNumber)}`,
    `${SHIFT} ${formatSigned(shift)}`,
    `${CONCEPT} ${formatSigned(concept)}`,
  ].join('\n')
}

function indexOf(params: unknown): number {
  const [first] = [params].flat() as { dataIndex?: unknown }[]
  return Number(first?.dataIndex)
}
