import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { LABEL_KINDS, type Check, type DriftKind } from '../../domain/drift-kind.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Stream } from '../../store/profiles/profiles.ts'

/** The kind of drift that a column's own distribution answers for; none for what only estimates performance. */
export function driftKindOf({ role }: Pick<BaselineColumn, 'role'>): DriftKind | undefined {
  if (role === 'confidence') return undefined
  // Scores are a form of prediction.
  return role === 'score' ? 'prediction' : role
}

/** The stream of the profiles that a check is computed from. */
export function streamOfCheck(check: Check): Stream {
  return LABEL_KINDS.some((kind) => kind === check) ? 'labels' : 'predictions'
}

/** The streams of what a monitor checks. */
export function streamsOf({ checks }: Pick<Monitor, 'checks'>): Stream[] {
  return (['predictions', 'labels'] as const).filter((stream) =>
    checks.some((check) => streamOfCheck(check) === stream),
  )
}

/** The streams that a monitor has windows of on schedule: whatever it checks, it tells that no predictions come. */
export function scheduledStreams(monitor: Pick<Monitor, 'checks'>): Stream[] {
  return [...new Set<Stream>(['predictions', ...streamsOf(monitor)])]
}
