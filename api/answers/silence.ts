import type { z } from 'zod'
import { silenceState } from '../../alerts/muting/silence.ts'
import type { Silence } from '../../control/alerting/silences.ts'
import type { silenceRoutes } from '../contract/alerting/silences.ts'

/** A silence as it is answered. */
export function toSilence(
  { createdAt, changedAt, changedBy, start, end, ...silence }: Silence,
  now: Date,
): z.input<(typeof silenceRoutes.createSilence.answers)[201]> {
  return {
    ...silence,
    state: silenceState({ start, end }, now),
    start: start.toISOString(),
    end: end.toISOString(),
    created_at: createdAt.toISOString(),
    changed_at: changedAt.toISOString(),
    changed_by: changedBy,
  }
}
