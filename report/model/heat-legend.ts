import { heatmapLegend } from '../../charts/heatmap/heatmap-legend.ts'
import { palette } from '../../charts/theme.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { chartColours } from '../html/colours.ts'
import { html, type Html } from '../html/html.ts'

const SWATCH = 12

/** What the colours and signs of a heatmap mean. */
export function heatLegend(thresholds: Thresholds): Html {
  const variables = chartColours(palette('light'))
  const entries = heatmapLegend('light', thresholds).map(({ label, colors, sign }) => {
    const swatches = colors.map(
      (colour, i) =>
        html`<rect
          x="${i * SWATCH}"
          width="${SWATCH}"
          height="${SWATCH}"
          fill="var(${variables.get(colour.toUpperCase()) ?? '--c-line'})"
        />`,
    )
    const width = Math.max(1, colors.length) * SWATCH
    const hatching =
      sign === 'hatching' && html`<path d="M0 12L12 0M-4 4L4 -4M8 16L16 8" stroke="var(--c-muted)" />`
    const frame =
      colors.length === 0 &&
      html`<rect
        x=".5"
        y=".5"
        width="${SWATCH - 1}"
        height="${SWATCH - 1}"
        fill="none"
        stroke="var(--c-muted)"
      />`
    const shown = sign === undefined || sign === 'hatching' || sign === 'blank' ? label : `${sign} ${label}`
    return html`<span
      ><svg viewBox="0 0 ${width} ${SWATCH}" aria-hidden="true">${swatches}${hatching}${frame}</svg
      >${shown}</span
    >`
  })
  return html`<div class="legend">${entries}</div>`
}
