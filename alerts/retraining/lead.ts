import type { RetrainAlert } from '../../control/alerting/retrains.ts'
import { compareSeverity } from '../../domain/severity.ts'

/** What says most about the model comes first: what it has learnt no longer holds, then its errors, measured or expected, then its data. */
const KINDS = ['concept', 'performance', 'expected_performance', 'label', 'prediction', 'feature', 'data']

/** Negative when `a` is rather the one to lead a request: the more severe one, then by kind. */
export function compareLead(a: RetrainAlert, b: RetrainAlert): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

/** What an alert is known by while it lasts; its events have ids of their own. */
export const alertKey = ({ monitor, kind }: { monitor: string; kind: string }) =>
  JSON.stringify([monitor, kind])
