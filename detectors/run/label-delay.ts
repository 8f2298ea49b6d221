import { HOUR_MS } from '../../domain/time.ts'
import { longestDelay } from '../../store/labelled/label-delay.ts'

/** How long after a prediction its label is taken to have come, and how that is known. */
export interface LabelDelay {
  /** Milliseconds. */
  delay: number
  source: 'declared' | 'observed'
}

const PERCENTILE = 0.9
/** Fewer labels than this do not tell. */
const MIN_LABELS = 200

/**
 * The 90th percentile of delays, rounded up to whole hours, at least one; undefined while too few labels are known.
 * @param delays labels by slots: see `label-delay.ts` of the store
 */
export function observedDelay(delays: readonly number[]): number | undefined {
  const labels = delays.reduce((sum, count) => sum + count, 0)
  if (labels < MIN_LABELS) return undefined
  let below = 0
  const slot = delays.findIndex((count) => (below += count) >= PERCENTILE * labels)
  return Math.max(1, Math.ceil(longestDelay(slot) / HOUR_MS)) * HOUR_MS
}
