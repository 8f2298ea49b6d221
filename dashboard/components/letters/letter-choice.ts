import { DAY_MS, HOUR_MS } from '../../../domain/time.ts'
import type { LetterFilter } from '../../queries/dead-letters.ts'

/** Stands in the address for records that name no model; no model can be called so. */
export const NO_MODEL = '(none)'

/** How long ago a record was rejected at most. */
export const PERIODS = {
  '1h': { text: 'In the last hour', ms: HOUR_MS },
  '24h': { text: 'In the last 24 hours', ms: DAY_MS },
  '7d': { text: 'In the last 7 days', ms: 7 * DAY_MS },
  '30d': { text: 'In the last 30 days', ms: 30 * DAY_MS },
} as const

/** What the address says of the dead letters to show. */
export interface LetterChoice {
  model: string | undefined
  reason: string | undefined
  period: keyof typeof PERIODS | undefined
}

export function readChoice(value: (name: string) => string | undefined): LetterChoice {
  const period = value('period')
  return {
    model: value('model'),
    reason: value('reason'),
    period:
      period !== undefined && Object.hasOwn(PERIODS, period) ? (period as keyof typeof PERIODS) : undefined,
  }
}

export const startOf = (period: LetterChoice['period'], now: number) =>
  period === undefined ? undefined : new Date(now - PERIODS[period].ms).toISOString()

/** What to ask the API for. */
export function filterOf({ model, reason }: LetterChoice, from: string | undefined): LetterFilter {
  return { model: model === NO_MODEL ? '' : model, reason, from }
}
