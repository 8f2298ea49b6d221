import type {
  EChartsOption,
  LegendComponentOption,
  TooltipComponentOption,
  XAXisComponentOption,
} from 'echarts'
import { formatTick } from './format.ts'
import { FONT_FAMILY, palette, widthOf, type Appearance } from './theme.ts'
import type { TimeRange } from './time.ts'

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

/** Names of the series, at the top right. They cannot be switched off: a picture shows all that its table lists. */
export function legend({ theme }: Appearance): LegendComponentOption {
  return {
    top: 0,
    right: 12,
    padding: 0,
    itemWidth: 16,
    itemHeight: 8,
    itemGap: 14,
    selectedMode: false,
    textStyle: { color: palette(theme).muted, fontSize: 11 },
  }
}

/** Axis of time, UTC; it lets a cursor be linked with the charts beside it. */
export function timeAxis(appearance: Appearance, range: TimeRange | undefined): XAXisComponentOption {
  const { muted, line } = palette(appearance.theme)
  return {
    type: 'time',
    ...(range && { min: Date.parse(range.from), max: Date.parse(range.to) }),
    splitNumber: widthOf(appearance).narrow ? 3 : 8,
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: {
      color: muted,
      fontSize: 11,
      hideOverlap: true,
      formatter: (time: number) => formatTick(time),
    },
    axisPointer: { show: true, label: { show: false }, triggerTooltip: true },
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

/** Epoch milliseconds of what a tooltip of a time axis is asked about. */
export function timeOf(params: unknown): number {
  const [first] = [params].flat() as { axisValue?: unknown }[]
  return Number(first?.axisValue)
}

const CEILINGS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

/** The least round number that is not below `x`, at least 0. */
export function roundUp(x: number): number {
  if (!(x > 0)) return 0
  const power = 10 ** Math.floor(Math.log10(x))
  return power * (CEILINGS.find((one) => one * power >= x) ?? 10)
}
