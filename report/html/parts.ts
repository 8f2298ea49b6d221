import type { Thresholds } from '../../domain/thresholds.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { html, type Content, type Html } from './html.ts'

const WORDS: Record<Verdict, { sign: string; word: string }> = {
  critical: { sign: '■', word: 'critical' },
  warning: { sign: '▲', word: 'warning' },
  unconfirmed: { sign: '▽', word: 'unconfirmed' },
  insufficient_data: { sign: '○', word: 'no verdict' },
  ok: { sign: '✓', word: 'ok' },
}

/** Sign and word: the colour only repeats what they say. */
export const verdictText = (verdict: Verdict) => `${WORDS[verdict].sign} ${WORDS[verdict].word}`

export function badge(verdict: Verdict, words = WORDS[verdict].word): Html {
  return html`<span class="badge ${verdict}"
    ><span aria-hidden="true">${WORDS[verdict].sign}</span> ${words}</span
  >`
}

export interface Section {
  title: string
  /** To be linked to. */
  id: string
  lead?: Content
  body: Content
}

/** A part of the page with its heading. */
export function section({ title, id, lead, body }: Section): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${lead && html`<p class="lead">${lead}</p>`}${body}
  </section>`
}

/** What stands where a part has nothing to show. */
export const nothing = (sentence: Content): Html => html`<p class="nothing">${sentence}</p>`

/** Names and values beside each other. */
export function facts(entries: readonly (readonly [name: string, value: Content])[]): Html {
  return html`<dl class="facts">
    ${entries.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

/** What can be opened. */
export function details(summary: Content, body: Content): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${body}
  </details>`
}

const BAR = { width: 96, height: 10 }

/** An effect as a bar, on a scale on which the critical threshold stands at two thirds. */
export function effectBar(
  effect: number | undefined,
  verdict: Verdict,
  { warning, critical }: Thresholds,
): Html {
  const { width, height } = BAR
  const x = (value: number) =>
    Math.round(Math.min(1, Math.max(0, value / (1.5 * critical))) * width * 10) / 10
  const ticks = [warning, critical].map((at) => html`<path class="tick" d="M${x(at)} 0v${height}" />`)
  const bar =
    effect !== undefined &&
    html`<rect class="fill ${verdict}" y="2" width="${Math.max(1, x(effect))}" height="${height - 4}" />`
  return html`<svg class="bar" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    <rect class="track" y="2" width="${width}" height="${height - 4}" />
    ${bar}${ticks}
  </svg>`
}
