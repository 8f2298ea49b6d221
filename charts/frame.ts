import './text-cache.ts'
import type {
  EChartsOption,
  LegendComponentOption,
  TooltipComponentOption,
  XAXisComponentOption,
} from 'echarts'
import { formatTick } from './format.ts'
import { FONT_FAMILY, palette, widthOf, type Appearance } from './theme.ts'
import { timeTicks } from './time-ticks.ts'
import type { Span } from './time.ts'

/**
 * What all charts share. Nothing moves: pictures are the same each time, and safe for those whom motion troubles.
 * Times are UTC. The description for screen readers is the figure's, as the engine's own reads raw numbers.
 */
export function frame({ theme, fontFamily = FONT_FAMILY }: Appearance): EChartsOption {
  return {
    animation: false,
    useUTC: true,
    backgroundColor: 'transparent',
    textStyle: { fontFamily, color: palette(theme).text },
    aria: { enabled: false },
  }
}

/** `richText` draws the tooltip within the chart: names of users never become HTML. */
export function tooltip({ theme, fontFamily = FONT_FAMILY }: Appearance): TooltipComponentOption {
  const { surface, text, line, muted } = palette(theme)
  return {
    renderMode: 'richText',
    confine: true,
    backgroundColor: surface,
    borderColor: theme === 'dark' ? muted : line,
    borderWidth: 1,
    borderRadius: 4,
    padding: [6, 10],
    textStyle: { color: text, fontFamily, fontSize: 12 },
    transitionDuration: 0,
    axisPointer: {
      type: 'line',
      lineStyle: { color: muted, type: 'solid', width: 1 },
      label: { show: false },
    },
  }
}

/** Pixels above a plot, for the legend and the name of the axis, which have a line each where they would meet. */
export function headroom(appearance: Appearance): number {
  return widthOf(appearance).narrow ? 48 : 30
}

/**
 * Names of the series, at the top right, or in a narrow chart all along the top. They cannot be switched off: a picture
 * shows all that its table lists.
 */
export function legend(appearance: Appearance): LegendComponentOption {
  const isNarrow = widthOf(appearance).narrow
  return {
    top: 4,
    ...(isNarrow ? { left: 4, right: 4 } : { right: 12 }),
    padding: 0,
    itemWidth: 16,
    itemHeight: 8,
    itemGap: isNarrow ? 10 : 14,
    selectedMode: false,
    textStyle: { color: palette(appearance.theme).muted, fontSize: 11 },
  }
}

/** The legend's entry of a line, without the dot that the engine would draw on it. */
export function lineEntry(name: string) {
  return { name, itemStyle: { opacity: 0 } }
}

const PIXELS_PER_TICK = 90

/** Axis of time, UTC; it lets a cursor be linked with the charts beside it. */
export function timeAxis(appearance: Appearance, span: Span | undefined): XAXisComponentOption {
  const { muted, line } = palette(appearance.theme)
  const ticks = span && { customValues: timeTicks(span, widthOf(appearance).width / PIXELS_PER_TICK) }
  return {
    type: 'time',
    ...(span && { min: span[0], max: span[1] }),
    axisLine: { lineStyle: { color: line } },
    axisTick: { ...ticks, lineStyle: { color: line } },
    axisLabel: {
      ...ticks,
      color: muted,
      fontSize: 11,
      hideOverlap: true,
      formatter: (time: number) => formatTick(time),
      // By default the engine parses each label for styles within it.
      rich: undefined,
    },
    axisPointer: {
      show: true,
      label: { show: false },
      lineStyle: { color: muted, type: 'solid', width: 1 },
    },
    splitLine: { show: false },
  }
}

/** Axis of values with a name above it. */
export function valueAxis({ theme }: Appearance, name: string, format: (value: number) => string) {
  const { muted, line } = palette(theme)
  return {
    type: 'value' as const,
    name,
    nameTextStyle: { color: muted, fontSize: 11, align: 'left' as const, padding: [0, 0, 0, -40] },
    nameGap: 10,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: 11, formatter: format },
    splitLine: { lineStyle: { color: line } },
  }
}

/** An axis with a name a row, from the top, in a column of that many pixels. */
export function rowAxis({ theme }: Appearance, labelColumn: number, names: readonly string[]) {
  const { text, line } = palette(theme)
  return {
    type: 'category' as const,
    inverse: true,
    data: [...names],
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: {
      color: text,
      fontSize: 11,
      interval: 0,
      width: labelColumn - LABEL_MARGIN,
      overflow: 'truncate' as const,
      ellipsis: '…',
    },
  }
}

/** Epoch milliseconds of what a tooltip of a time axis is asked about. */
export function timeOf(params: unknown): number {
  const [first] = [params].flat() as { axisValue?: unknown }[]
  return Number(first?.axisValue)
}

/** Pixels beside a row's label that it leaves free. */
export const LABEL_MARGIN = 16
/** Pixels of a character of a label. */
const CHARACTER = 7.2

/** Code points that fit there, for renderers that cannot measure text and so cut nothing off. */
export function nameLength(labelColumn: number): number {
  return Math.floor((labelColumn - LABEL_MARGIN) / CHARACTER)
}

/** The label column in which these names are whole, unless they are very long. */
export function labelsWidth(names: readonly string[], least = 188, most = 340): number {
  const longest = Math.max(0, ...names.map((name) => name.length))
  return Math.min(most, Math.max(least, Math.ceil(longest * CHARACTER) + LABEL_MARGIN))
}

const CEILINGS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

/** The least round number that is not below `x`, at least 0. */
export function roundUp(x: number): number {
  if (!(x > 0)) return 0
  const power = 10 ** Math.floor(Math.log10(x))
  return power * (CEILINGS.find((one) => one * power >= x) ?? 10)
}
