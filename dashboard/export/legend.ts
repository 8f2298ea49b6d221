import type { LegendEntry } from '../../charts/heatmap/heatmap-legend.ts'
import { FONT_FAMILY, type Palette } from '../../charts/theme.ts'

export const LEGEND_HEIGHT = 36
const SWATCH = { width: 12, height: 12, empty: 22 }
const GAP = 18

/** The entries in a row, as the page shows them below the chart. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  entries: readonly LegendEntry[],
  { x: start, y, colors }: { x: number; y: number; colors: Palette },
): void {
  context.font = `12px ${FONT_FAMILY}`
  context.textBaseline = 'middle'
  const [top, middle] = [y + 14, y + 20]
  let x = start
  for (const { label, colors: shades, sign } of entries) {
    for (const shade of shades) {
      context.fillStyle = shade
      context.fillRect(x, top, SWATCH.width, SWATCH.height)
      x += SWATCH.width
    }
    if (sign === 'hatching' || sign === 'blank') {
      context.strokeStyle = colors.muted
      context.strokeRect(x + 0.5, top + 0.5, SWATCH.empty, SWATCH.height - 1)
      if (sign === 'hatching') hatch(context, x, top)
      x += SWATCH.empty
    }
    const words = sign === undefined || sign === 'hatching' || sign === 'blank' ? label : `${sign} ${label}`
    context.fillStyle = colors.muted
    context.fillText(words, x + 6, middle)
    x += 6 + context.measureText(words).width + GAP
  }
}

function hatch(context: CanvasRenderingContext2D, x: number, top: number): void {
  context.beginPath()
  for (let at = 0; at < SWATCH.empty; at += 4) {
    context.moveTo(x + at, top + SWATCH.height)
    context.lineTo(Math.min(x + at + SWATCH.height, x + SWATCH.empty), top + Math.max(0, at + SWATCH.height - SWATCH.empty)) // prettier-ignore
  }
  context.stroke()
}
