import { formatCount } from '../../charts/format.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { html, type Html } from './html.ts'

const WORDS: Record<Verdict, string> = {
  critical: 'critical',
  warning: 'warning',
  unconfirmed: 'unconfirmed',
  insufficient_data: 'without a verdict',
  ok: 'ok',
}

/** How many columns have each verdict, in figures and as one bar of all of them. */
export function tally(counts: readonly (readonly [verdict: Verdict, count: number])[]): Html {
  const shown = counts.filter(([, count]) => count > 0)
  const all = shown.reduce((sum, [, count]) => sum + count, 0)
  let x = 0
  const parts = shown.map(([verdict, count]) => {
    const width = (1000 * count) / Math.max(1, all)
    const part = html`<rect
      class="fill ${verdict}"
      x="${x.toFixed(1)}"
      width="${Math.max(1, width - 3).toFixed(1)}"
      height="6"
    />`
    x += width
    return part
  })
  const items = shown.map(
    ([verdict, count]) => html`<li class="${verdict}"><b>${formatCount(count)}</b> ${WORDS[verdict]}</li>`,
  )
  return html`<ul class="tally">
      ${items}
    </ul>
    <svg class="meter" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`
}
