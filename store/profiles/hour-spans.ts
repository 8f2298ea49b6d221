import { hourLiteral } from '../engine/sql.ts'

/** Whole hours, `[from, to)`. */
export interface HourSpan {
  from: Date
  to: Date
}

/** The condition that an expression, an hour, lies in one of the spans; in none of them where there are none. */
export function inSpans(hour: string, spans: readonly HourSpan[]): string {
  if (spans.length === 0) return '0'
  const conditions = spans.map(
    ({ from, to }) => `${hour} >= ${hourLiteral(from)} AND ${hour} < ${hourLiteral(to)}`,
  )
  return `(${conditions.join(' OR ')})`
}

/** The one span that holds all of them; undefined where there are none. */
export function envelope(spans: readonly HourSpan[]): HourSpan | undefined {
  if (spans.length === 0) return undefined
  return {
    from: new Date(Math.min(...spans.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...spans.map(({ to }) => to.getTime()))),
  }
}
