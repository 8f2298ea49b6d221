import type { z } from 'zod'
import type { Result } from '../../store/results/results.ts'
import type { resultSchema } from '../contract/results.ts'

/** A result just computed, in the form in which stored ones are answered. */
export function toSummary(result: Result): z.input<typeof resultSchema> {
  const { id, monitor, kind, column, segment, version, verdict, reason, explanation } = result
  const time = (date: Date) => date.toISOString()
  return {
    id,
    monitor,
    kind,
    column,
    segment,
    version,
    window_start: time(result.windowStart),
    window_end: time(result.windowEnd),
    evaluated_at: time(result.evaluatedAt),
    verdict,
    reason,
    explanation,
    effect: result.effect ?? null,
    noise_floor: result.noiseFloor ?? null,
    statistics: Object.fromEntries(
      Object.entries(result.statistics).filter(([, value]) => Number.isFinite(value)),
    ),
  }
}
