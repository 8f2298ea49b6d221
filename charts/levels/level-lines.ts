import type { MarkLineComponentOption } from 'echarts'
import { formatOnAxis } from '../format.ts'
import { palette, plotSides, widthOf, type Appearance, type Sides } from '../theme.ts'
import { BREACH_SIGN } from '../verdict.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { spread } from './spread.ts'

/** A value that a line across the chart marks, named at the edge, where no data are. */
interface Level {
  value: number
  color: string
  text: string
  /** What is left of the name in a narrow chart. */
  short: string
}

export interface Levels {
  /** With more room right of the plot than usual where the names need it. */
  sides: Sides
  lines: NonNullable<MarkLineComponentOption['data']>
}

const PIXELS_PER_CHARACTER = 6.2
/** Between the grid and the names, and after them. */
const ROOM = 12
/** Names one above the other are so many pixels apart at least. */
const LINE_HEIGHT = 13

/**
 * The thresholds, and the baseline's value if there is one, as dashed lines with their names right of the grid; names
 * that would cover each other move apart.
 * @param extent length of the value axis, and its height in pixels, roughly
 */
export function levelLines(
  appearance: Appearance,
  of: { thresholds?: Thresholds | undefined; baseline?: number | null },
  extent: { length: number; pixels: number },
): Levels {
  const levels = levelsOf(appearance, of)
  const { narrow } = widthOf(appearance)
  const names = levels.map(({ text, short }) => (narrow ? short : text))
  const places = levels.map(({ value }) => (-value / extent.length) * extent.pixels)
  const apart = spread(places, LINE_HEIGHT)
  const longest = Math.max(0, ...names.map((name) => name.length))
  const { left, right } = plotSides(appearance)
  const needed = longest === 0 ? 0 : Math.ceil(longest * PIXELS_PER_CHARACTER) + ROOM
  return {
    sides: { left, right: Math.max(right, needed) },
    lines: levels.map(({ value, color }, i) => ({
      yAxis: value,
      lineStyle: { color, type: 'dashed', width: 1 },
      label: {
        position: 'end',
        distance: 5,
        offset: [0, apart[i] - places[i]],
        formatter: () => names[i],
        fontSize: 11,
        color,
      },
    })),
  }
}

function levelsOf(
  { theme }: Appearance,
  { thresholds, baseline = null }: Parameters<typeof levelLines>[1],
): Level[] {
  const colors = palette(theme)
  const usual: Level[] =
    baseline === null
      ? []
      : [
          {
            value: baseline,
            color: colors.baseline,
            text: `baseline ${formatOnAxis(baseline)}`,
            short: formatOnAxis(baseline),
          },
        ]
  if (thresholds === undefined) return usual
  const breaches = (['warning', 'critical'] as const).map((name): Level => {
    const short = `${BREACH_SIGN[name]} ${formatOnAxis(thresholds[name])}`
    const text = `${BREACH_SIGN[name]} ${name} ${formatOnAxis(thresholds[name])}`
    return { value: thresholds[name], color: colors[name], text, short }
  })
  return [...usual, ...breaches]
}
