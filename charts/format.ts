/** Numbers, times and names as people read them. Times are UTC, and nothing depends on the reader's locale. */

import { formatDay, formatInstant } from '../domain/instant.ts'
import { formatShare } from '../domain/numbers/percent.ts'

export { formatInstant }

/** Stands where there is no value. */
const NONE = '–'

const UNITS = [
  { from: 1e12, unit: 'T' },
  { from: 1e9, unit: 'G' },
  { from: 1e6, unit: 'M' },
  { from: 1e3, unit: 'k' },
]

/** Three significant digits without idle zeros, from a thousand on all whole digits as of a count: `0.0123`, `12,345`. */
export function formatNumber(x: number | null | undefined): string {
  if (x == null || !Number.isFinite(x)) return NONE
  if (x < 0) return `−${formatNumber(-x)}`
  const rounded = Number(x.toPrecision(3))
  if (rounded >= 1e15) return rounded.toExponential()
  return rounded >= 1000 ? formatCount(x) : String(rounded)
}

/** A number on an axis, where there is little room: `0.0123`, `12.3k`. */
export function formatOnAxis(x: number): string {
  if (x < 0) return `−${formatOnAxis(-x)}`
  const rounded = Number(x.toPrecision(3))
  const unit = rounded < 1e15 && UNITS.find(({ from }) => rounded >= from)
  return unit ? `${Number((rounded / unit.from).toPrecision(3))}${unit.unit}` : formatNumber(x)
}

/** The same with its sign, a minus as typeset: `+0.12`, `−0.03`. */
export function formatSigned(x: number): string {
  return x === 0 ? '0' : `${x > 0 ? '+' : '−'}${formatNumber(Math.abs(x))}`
}

/** A count in full, with its thousands apart: `12,345`. */
export function formatCount(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A share as everywhere in the product, or a dash where there is none. */
export function formatPercent(share: number | null | undefined): string {
  return share == null || !Number.isFinite(share) ? NONE : formatShare(share)
}

/** From one day to another, without saying twice what they share: `1 to 15 Apr 2001`. */
export function formatPeriod(from: number | string, to: number | string): string {
  const [first, last] = [formatDay(from), formatDay(to)].map((day) => day.split(' '))
  if (first.join() === last.join()) return first.join(' ')
  const start = first[2] !== last[2] ? first : first[1] !== last[1] ? first.slice(0, 2) : first.slice(0, 1)
  return `${start.join(' ')} to ${last.join(' ')}`
}

/** The shortest text that tells a tick of a time axis from its neighbours: `14:00`, `2 Apr`, or `2001` at its turn. */
export function formatTick(time: number): string {
  const date = new Date(time)
  const clock = date.toISOString().slice(11, 16)
  if (clock !== '00:00') return clock
  const [day, month, year] = formatDay(time).split(' ')
  return day === '1' && month === 'Jan' ? year : `${day} ${month}`
}

/** Names come from users' data: on one line, without control characters or halves of surrogate pairs. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
}

/** A name of at most `most` code points, the last one an ellipsis where it was cut. */
export function truncate(text: string, most = 40): string {
  // A cut before the clean-up keeps a name of megabytes cheap.
  const start = text.slice(0, 8 * most)
  const points = [...plain(start)]
  if (points.length <= most && start.length === text.length) return points.join('')
  return `${points.slice(0, most - 1).join('')}…`
}

/** A name for a tooltip, whose `{style|text}` would be read as markup: an invisible joiner breaks that. */
export function inTooltip(text: string, most = 60): string {
  return truncate(text, most).replaceAll('{', '{\u2060')
}
