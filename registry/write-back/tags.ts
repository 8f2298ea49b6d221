import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Report } from '../../control/registry/reports.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import { HOUR_MS } from '../../domain/time.ts'
import type { EvaluationStatus } from '../../store/results/evaluations.ts'

export type Standing = {
  status: 'ok' | 'warning' | 'critical' | 'no_data' | 'error'
  /** The alert that stands for it; undefined where none fires. */
  alert: string | undefined
}

/**
 * How a model stands: by its alerts; where the newest windows could not be evaluated or had no data, by that, unless
 * something else fires.
 */
export function standingOf(
  firing: readonly Pick<AlertEvent, 'id' | 'kind' | 'severity'>[],
  evaluations: readonly { status: EvaluationStatus }[],
): Standing {
  const blind = (['error', 'no_data'] as const).find((one) =>
    evaluations.some(({ status }) => status === one),
  )
  const drifting = firing.filter(({ kind }) => blind === undefined || kind !== DATA_KIND)
  const worst = drifting.find(({ severity }) => severity === 'critical') ?? drifting.at(0)
  if (worst !== undefined)
    return { status: worst.severity === 'critical' ? 'critical' : 'warning', alert: worst.id }
  if (blind !== undefined) return { status: blind, alert: firing.at(0)?.id }
  return {
    status: evaluations.some(({ status }) => status === 'evaluated') ? 'ok' : 'no_data',
    alert: undefined,
  }
}

type Written = NonNullable<Report['tags']>

/** The tags to set, and what is then known of them; none where MLflow has them already. */
export function tagsToSet(
  before: Written | undefined,
  wanted: Omit<Written, 'at'>,
  now: Date,
): { tags: [key: string, value: string][]; after: Written } {
  const known = before?.version === wanted.version ? before : undefined
  const changed = (['status', 'alert'] as const).filter((name) => known?.[name] !== wanted[name])
  const isLongAgo = known === undefined || now.getTime() - known.at >= HOUR_MS
  if (changed.length === 0 && !isLongAgo) return { tags: [], after: known }
  return {
    tags: [
      ...changed.map((name): [string, string] => [`driftgauge.${name}`, wanted[name]]),
      ['driftgauge.checked_at', now.toISOString()],
    ],
    after: { ...wanted, at: now.getTime() },
  }
}
