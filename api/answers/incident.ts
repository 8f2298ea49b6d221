import type { z } from 'zod'
import type { Episode } from '../../control/incidents/episodes.ts'
import type { Incident } from '../../control/incidents/incidents.ts'
import type { incidentRoutes } from '../contract/incidents/incidents.ts'

/** An incident as it is answered. */
export function toIncident(
  { startedAt, closedAt, closedBy, createdBy, createdAt, changedBy, changedAt, ...rest }: Incident,
  alerts: readonly Episode[],
): z.input<(typeof incidentRoutes.getIncident.answers)[200]> {
  return {
    ...rest,
    started_at: startedAt.toISOString(),
    closed_at: closedAt?.toISOString() ?? null,
    closed_by: closedBy,
    created_by: createdBy,
    created_at: createdAt.toISOString(),
    changed_by: changedBy,
    changed_at: changedAt.toISOString(),
    alerts: alerts.map(toIncidentAlert),
  }
}

/** An alert from where it began to where it ended or stands, as it is answered. */
export const toIncidentAlert = ({ alert, firstAt, lastAt, ...episode }: Episode) => ({
  id: alert,
  ...episode,
  first_at: firstAt.toISOString(),
  last_at: lastAt.toISOString(),
})
