import { formatCount, formatNumber, formatPercent } from '../charts/format.ts'
import { formatDay } from '../domain/instant.ts'

/** Numbers are written as in charts, so that a table and the sentence above it agree. */
export { formatCount, formatDay, formatNumber as formatEffect, formatPercent }
export { formatInstant as formatTime } from '../domain/instant.ts'

/** Hours as people say them: `45 min`, `7 h`, `3 days`. */
export function formatHours(hours: number): string {
  if (hours < 1) return `${Math.round(60 * hours)} min`
  if (hours < 48) return `${Math.round(hours)} h`
  return `${Math.round(hours / 24)} days`
}

export const plural = (n: number, one: string, many = `${one}s`) =>
  `${formatCount(n)} ${n === 1 ? one : many}`

/** With a capital, unless it begins with a quoted name, which is as it is written. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
