import type { Verdict } from '../../domain/verdict.ts'

/**
 * What is unconfirmed and no verdict on a column rank above ok: a report is ok only when every column was judged, and
 * none of them has an effect that matters. They rank below warning: what could not be judged never hides nor makes a drift.
 */
export const VERDICT_RANK: Record<Verdict, number> = {
  ok: 0,
  unconfirmed: 1,
  insufficient_data: 2,
  warning: 3,
  critical: 4,
}
