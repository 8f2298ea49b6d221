export type Theme = 'light' | 'dark'

/** How a chart is to look, beside what it shows. */
export interface Appearance {
  theme: Theme
  /** As in CSS. The pages' own by default; an image names a font that its renderer has. */
  fontFamily?: string | undefined
  /** Pixels of the chart: a narrow one has shorter labels. */
  width?: number | undefined
  /** Whether it stands above or below a heatmap, like whose cells it is to be indented. */
  besideHeatmap?: boolean | undefined
}

/** What the sides of a plot depend on. */
export type Extent = Pick<Appearance, 'width' | 'besideHeatmap'>

export interface Palette {
  /** What the chart lies on; the chart itself has no background. */
  surface: string
  text: string
  /** Labels of axes and notes; 4.5 to 1 on the surface, as text. */
  muted: string
  /** Grid lines. */
  line: string
  production: string
  baseline: string
  warning: string
  critical: string
  /** Neither well nor a breach. */
  unconfirmed: string
  /** Cells of a healthy column, by growing effect; near the surface, and never green. */
  neutral: readonly string[]
  /** Cells from twice the critical threshold on. */
  extreme: string
}

const PALETTES: Record<Theme, Palette> = {
  light: {
    surface: '#FFFFFF',
    text: '#1B2430',
    muted: '#5B6470',
    line: '#E4E7EB',
    production: '#0072B2',
    baseline: '#5B6470',
    warning: '#A67C00',
    critical: '#701000',
    unconfirmed: '#7C8DBB',
    neutral: ['#F0F2F5', '#E3E7EC', '#D3D9E1', '#C0C8D2'],
    extreme: '#360500',
  },
  dark: {
    surface: '#14181F',
    text: '#E6E9EE',
    muted: '#A9B1BC',
    line: '#2A313B',
    production: '#56B4E9',
    baseline: '#A9B1BC',
    warning: '#F0C000',
    critical: '#F06050',
    unconfirmed: '#5F74A8',
    neutral: ['#1F2630', '#28313D', '#33404F', '#405064'],
    extreme: '#D8301F',
  },
}

export const FONT_FAMILY = 'Inter Variable, Inter, system-ui, sans-serif'

/** Below this width in pixels labels are short and notes are left out. */
const NARROW = 560
const USUAL_WIDTH = 960
/** A chart of this width stands beside no other. */
const PAGE = 1000

export function palette(theme: Theme): Palette {
  return PALETTES[theme]
}

/** Pixels beside the plot of a chart over time. */
export interface Sides {
  left: number
  right: number
}

/** Labels of values on the left, names of levels on the right. */
const BESIDE: Sides = { left: 60, right: 120 }
/** There is room for short names only, and only in charts that have any. */
const BESIDE_NARROW: Sides = { left: 52, right: 16 }

/**
 * The same for all charts over time of a page, so that the cursors of those above each other meet. Beside a heatmap, one
 * as wide as the page is indented like its cells.
 */
export function plotSides(extent: Extent): Sides {
  const { width, narrow } = widthOf(extent)
  if (extent.besideHeatmap && width >= PAGE) return { ...BESIDE, left: labelColumn(extent) }
  return narrow ? BESIDE_NARROW : BESIDE
}

/** Pixels for the labels of rows. */
export function labelColumn(appearance: Pick<Appearance, 'width'>): number {
  return widthOf(appearance).narrow ? 104 : 188
}

/** Pixels of the chart, and whether that is a narrow one. */
export function widthOf({ width = USUAL_WIDTH }: Pick<Appearance, 'width'>): {
  width: number
  narrow: boolean
} {
  return { width, narrow: width < NARROW }
}
