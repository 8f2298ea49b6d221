import { retrainRoutes } from '../../api/contract/alerting/retrains.ts'
import type { Callback } from '../../control/alerting/retrain-state.ts'
import type { RunnerRecord, RunState } from './record.ts'

export interface Report {
  status: Callback
  version?: string
  baseline?: unknown
  message?: string
}

/** What the service takes of a message. */
export const MAX_MESSAGE = 2000

/** What the service has to be told now; undefined if it knows. Only the newest status counts. Pure. */
export function owedReport({
  state,
  reported,
}: Pick<RunnerRecord, 'state' | 'reported'>): Report | undefined {
  const report = reportOf(state)
  return report === undefined || report.status === reported ? undefined : report
}

function reportOf(state: RunState): Report | undefined {
  switch (state.status) {
    case 'queued':
      return { status: 'accepted' }
    case 'running':
      return { status: 'running' }
    case 'succeeded':
    case 'failed':
      return state
    case 'cancelled':
      return undefined
  }
}

/** Why the service would reject the report; undefined if it would not. Pure. */
export function reportFault(report: Report): string | undefined {
  const { error } = retrainRoutes.reportRetrain.body.safeParse(report)
  if (error === undefined) return undefined
  const [{ path, message }] = error.issues
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}
