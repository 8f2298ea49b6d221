import type { z } from 'zod'
import type { alertRoutes, alertSchema } from '../../api/contract/alerting/alerts.ts'
import { MARKS } from '../compare/marks.ts'
import { adviseIfMissing } from '../client/advise.ts'

/** An alert as the API lists it, and with all that is known of it. */
export type Alert = z.output<typeof alertSchema>
export type AlertDetail = z.output<(typeof alertRoutes.getAlert.answers)[200]>

/** Its severity while it fires, else its status. */
export function standingOf({ status, severity }: Pick<Alert, 'status' | 'severity'>): string {
  return status === 'firing' ? `${MARKS[severity].icon} ${severity}` : `✓ ${status}`
}

/** The answer about one alert; where there is none of the id, how to find the ids there are. */
export function orMissing<T>(answer: Promise<T>): Promise<T> {
  return adviseIfMissing(answer, '"driftgauge alert list" lists the alerts.')
}
