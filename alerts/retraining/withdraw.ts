import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { currentAlerts } from '../../control/alerting/alert-events.ts'
import { isUnsent } from '../../control/alerting/retrain-state.ts'
import { monitors } from '../../control/declared/monitor.ts'
import type { Store } from '../../store/engine/client.ts'
import { alertKey } from './lead.ts'
import { takeStep, type Step } from './record.ts'
import { endFailure } from './report-outcome.ts'
import { readRetrains, type Retrain } from './retrain.ts'

/** The alerts of a model that fire, by their keys. */
export async function firingAlerts({ control }: Store, model: string): Promise<Set<string>> {
  const current = await currentAlerts(control, { scope: 'alert', model })
  return new Set(current.filter(({ status }) => status === 'firing').map(alertKey))
}

/** Whether it was made by alerts, and none of them fires any longer. */
export function isOverFor({ request }: Retrain, firing: ReadonlySet<string>): boolean {
  // One that a person made without an alert stays, whatever has joined it.
  if (request.alert === undefined) return false
  return !request.evidence.alerts.some((alert) => firing.has(alertKey(alert)))
}

/**
 * Cancels requests that are not sent yet and no longer needed, because the last of their alerts has resolved. Ends the
 * alerts on failed ones as well.
 */
export async function withdraw(
  store: Store,
  model: string,
  resolved: readonly AlertEvent[],
  { by, at }: Pick<Step, 'by' | 'at'>,
): Promise<void> {
  if (resolved.length === 0) return
  const keys = new Set(resolved.map(alertKey))
  const firing = await firingAlerts(store, model)
  const over = (await readRetrains(store, { model })).filter(
    (retrain) =>
      retrain.request.evidence.alerts.some((alert) => keys.has(alertKey(alert))) &&
      isOverFor(retrain, firing),
  )
  for (const { request, state } of over) {
    const comment =
      request.evidence.alerts.length === 1 ? 'the alert has resolved' : 'all its alerts have resolved'
    if (isUnsent(state)) await takeStep(store, request.id, { type: 'cancelled', by, comment, at })
  }
  const summary = `The alert behind the failed retraining of ${model} has resolved.`
  for (const name of new Set(over.map(({ request }) => request.monitor))) {
    const monitor = await monitors.find(store.control, name)
    const concerns = (id: string) => over.some(({ request }) => request.id === id)
    if (monitor !== undefined) await endFailure(store, monitor, at, summary, concerns)
  }
}
