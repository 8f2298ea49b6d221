import { formatCount } from '../charts/format.ts'
import { formatDay } from '../domain/instant.ts'

export { formatCount, formatDay }
export { formatInstant as formatTime } from '../domain/instant.ts'

/** An effect or a statistic: three decimals, as thresholds have two. */
export function formatEffect(value: number | null | undefined): string {
  if (value == null) return '–'
  const text = value.toFixed(3)
  return text === '-0.000' ? '0.000' : text.replace('-', '−')
}

export function formatPercent(share: number | null | undefined): string {
  if (share == null) return '–'
  const percents = 100 * share
  return percents > 0 && percents < 0.1 ? '< 0.1 %' : `${percents.toFixed(1)} %`
}

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
