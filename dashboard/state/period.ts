import type { TimeRange } from '../../charts/time.ts'
import { DAY_MS } from '../../domain/time.ts'

/** A period of event time as it stands in the address of a page; bounds that are absent are the API's defaults. */
export interface Period {
  from: string | undefined
  to: string | undefined
}

/** Lengths of time to choose from, in days. They end with the newest evaluated window, whenever that was. */
export const RANGES = { '24h': 1, '7d': 7, '30d': 30, '90d': 90, '180d': 180 } as const
export type Range = keyof typeof RANGES
export const DEFAULT_RANGE: Range = '30d'

/** What the address says of the period to show: `from` and `to` where there are any, else a `range`. */
export interface PeriodChoice {
  range: Range | undefined
  from: string | undefined
  to: string | undefined
}

const validTime = (text: string | null) =>
  text !== null && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined

export function readPeriod(search: URLSearchParams): PeriodChoice {
  const [from, to] = [validTime(search.get('from')), validTime(search.get('to'))]
  if (from !== undefined || to !== undefined) return { range: undefined, from, to }
  const range = search.get('range') ?? ''
  return { range: Object.hasOwn(RANGES, range) ? (range as Range) : DEFAULT_RANGE, from, to }
}

/**
 * The period to ask for. A range ends with `latest`, the end of the newest evaluated window, and so does a period whose
 * end is not chosen; one whose beginning is not chosen is as long as the default range.
 */
export function resolvePeriod({ range, from, to }: PeriodChoice, latest: string | null | undefined): Period {
  const end = to ?? latest ?? undefined
  if (end === undefined || (from !== undefined && Date.parse(from) >= Date.parse(end))) return { from, to }
  const start = Date.parse(end) - RANGES[range ?? DEFAULT_RANGE] * DAY_MS
  return { from: from ?? new Date(start).toISOString(), to: end }
}

/** What the time axes of a page show, all the same; undefined where that is not known, and each spans its data. */
export function axisRange({ from, to }: Period): TimeRange | undefined {
  return from === undefined || to === undefined || Date.parse(from) >= Date.parse(to)
    ? undefined
    : { from, to }
}

/** Some days before and after a window, so that an alert is seen with what led to it and what came of it. */
export function around(windowEnd: string, before = 10, after = 5): { from: string; to: string } {
  const at = Date.parse(windowEnd)
  return {
    from: new Date(at - before * DAY_MS).toISOString(),
    to: new Date(at + after * DAY_MS).toISOString(),
  }
}
