import { html, type Content, type Html } from '../html/html.ts'
import { nothing } from '../html/parts.ts'

/** A chart with its sentence below it; a wide one scrolls by itself where the screen is narrow. */
export function figure(chart: Html, caption: string, isWide = false): Html {
  const drawn = isWide
    ? html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
        <div class="wide">${chart}</div>
      </div>`
    : chart
  return html`<figure>
    ${drawn}
    <figcaption>${caption}</figcaption>
  </figure>`
}

/** What could not be computed, and why. */
export const unavailable = (what: string, reason: Content): Html =>
  nothing(html`${what}: not available. ${reason}`)
