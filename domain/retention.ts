import { DURATION, parseDuration } from './duration.ts'
import { DAY_MS } from './time.ts'

/** What is kept of each model. */
export const MODEL_KINDS = ['events', 'counts', 'results', 'dead_letters'] as const
export type ModelKind = (typeof MODEL_KINDS)[number]

/** What is kept for the whole service. */
export const SERVICE_KINDS = ['deliveries', 'alerts', 'audit'] as const
export type ServiceKind = (typeof SERVICE_KINDS)[number]

export const RETENTION_KINDS = [...MODEL_KINDS, ...SERVICE_KINDS] as const
export type RetentionKind = ModelKind | ServiceKind

export const FOREVER = 'forever'
/** A length of time such as `90d`, or `forever`. */
export type Keep = string

/** How long each kind is kept. */
export type Retention = Readonly<Record<RetentionKind, Keep>>

/** Events for a year and a month, so that a month can be compared with that of the year before. */
export const DEFAULT_RETENTION: Retention = {
  events: '400d',
  counts: '800d',
  results: '800d',
  dead_letters: '90d',
  deliveries: '400d',
  alerts: '800d',
  audit: '800d',
}

export const KEEP_EVERYTHING = Object.fromEntries(
  RETENTION_KINDS.map((kind) => [kind, FOREVER]),
) as unknown as Retention

/** Late events change windows of the last 30 days, which are evaluated again from what is stored. */
const LEAST: Readonly<Record<RetentionKind, Keep>> = {
  events: '62d',
  counts: '62d',
  results: '62d',
  dead_letters: '1d',
  deliveries: '7d',
  alerts: '62d',
  audit: '1d',
}

/** What is wrong with a length of time to keep a kind for; undefined where nothing is. */
export function keepProblem(kind: RetentionKind, keep: string): string | undefined {
  if (keep === FOREVER) return undefined
  if (!DURATION.test(keep)) return `write a whole number and a unit, such as 180d or 26w, or ${FOREVER}`
  const least = LEAST[kind]
  return parseDuration(keep) < parseDuration(least) ? `keep ${kind} for ${least} or longer` : undefined
}

const lengthOf = (keep: Keep) => (keep === FOREVER ? Infinity : parseDuration(keep))

/** How long a model's data are kept. Counts stay as long as the events that late ones are counted with. */
export function retentionOf(
  own: Partial<Record<ModelKind, Keep>> | undefined,
  service: Retention,
): Record<ModelKind, Keep> {
  const { events, counts, results, dead_letters } = { ...service, ...own }
  const longer = lengthOf(counts) < lengthOf(events) ? events : counts
  return { events, counts: longer, results, dead_letters }
}

const BY_MONTH: ReadonlySet<RetentionKind> = new Set(['events', 'counts', 'results'])

/**
 * What is older than this time may go; undefined where everything is kept. Months and days go as a whole, because
 * deleting one is as cheap as deleting a row of it.
 */
export function cutoffOf(kind: RetentionKind, keep: Keep, now: Date): Date | undefined {
  if (keep === FOREVER) return undefined
  const at = new Date(now.getTime() - parseDuration(keep))
  return BY_MONTH.has(kind)
    ? new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()))
    : new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
}
