import type { EChartsOption } from 'echarts'
import { drawSvg, xmlText } from '../../charts/export/svg.ts'
import { palette, type Appearance } from '../../charts/theme.ts'
import { html, Html } from './html.ts'
import { chartColours } from './colours.ts'

export interface Chart {
  /** Makes the options of the chart for how it is to look. */
  build: (appearance: Appearance) => EChartsOption
  width: number
  height: number
  /** What it shows, in a sentence. */
  summary: string
}

/**
 * The chart as SVG within the page. Its colours are those of the page, so that one picture serves light, dark and paper; it
 * has no styles of its own, which the page's policy would refuse.
 * @param id that no other chart of the page has
 */
export function chartSvg({ build, width, height, summary }: Chart, id: string): Html {
  const drawn = drawSvg(build({ theme: 'light', width }), { width, height })
  const inner = slim(xmlText(drawn), id)
    .replace(/^<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${summary}">
    ${new Html(inner)}
  </svg>`
}

/** Without what only a page with scripts needs, and with the page's colours in place of its own. */
function slim(svg: string, id: string): string {
  return (
    svg
      .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
      .replace(/ (?:class|pointer-events|ecmeta_\w+|xml:space)="[^"]*"/g, '')
      .replace(/ style="([^"]*)"/g, (_, style: string) => attributes(style))
      .replaceAll(/\bzr\d+-/g, `${id}-`)
      .replace(/"(#[0-9a-f]{6})"/gi, (whole, hex: string) => {
        const variable = chartColours(palette('light')).get(hex.toUpperCase())
        return variable === undefined ? whole : `"var(${variable})"`
      })
      .replace(/><\/(path|rect|circle|polyline|polygon)>/g, '/>')
      // What only catches the mouse.
      .replace(/<(?:path|rect)(?=[^>]* fill-opacity="0")(?=[^>]* stroke-width="0")[^>]*\/>/g, '')
      .replace(/<(?:path|rect)(?=[^>]* fill="none")(?![^>]* stroke=)[^>]*\/>/g, '')
      .replace(/\n/g, '')
  )
}

/** `font-size:11px;font-family:x` as attributes; the font is the page's. */
function attributes(style: string): string {
  return style
    .split(';')
    .map((declaration) => declaration.split(':'))
    .filter(([property, value]) => value !== undefined && property !== 'font-family')
    .map(([property, value]) => ` ${property.trim()}="${value.trim().replace(/px$/, '')}"`)
    .join('')
}
