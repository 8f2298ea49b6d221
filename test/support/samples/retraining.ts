import { followAlerts } from '../../../alerts/retraining/follow-alerts.ts'
import { recordStep, type Step } from '../../../alerts/retraining/record.ts'
import { releaseWaiting } from '../../../alerts/retraining/release-waiting.ts'
import { readRetrains } from '../../../alerts/retraining/retrain.ts'
import { eventId } from '../../../alerts/state/event-id.ts'
import type { AlertEvent, AlertReason } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema, type Monitor } from '../../../control/declared/monitor.ts'
import type { Severity } from '../../../domain/severity.ts'
import { openModels } from '../../../store/models.ts'
import type { Store } from '../../../store/engine/client.ts'

export const hourAt = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * 3_600_000)

export interface Fired {
  monitor?: string
  kind?: string
  hour: number
  reason?: AlertReason
  severity?: Severity
  columns?: readonly string[]
}

/** An event of an alert, of a window that ended at the hour. */
export function firedEvent({
  monitor = 'daily',
  kind = 'feature',
  hour,
  reason = 'first',
  severity = 'warning',
  columns = ['distance'],
}: Fired): AlertEvent {
  const nowhere = { kind, column: '', segment: '', version: '' }
  return {
    ...nowhere,
    id: eventId(['alert', monitor, kind], hourAt(hour), reason),
    scope: 'alert',
    monitor,
    model: 'flights',
    windowEnd: hourAt(hour),
    reason,
    status: reason === 'all_resolved' ? 'resolved' : 'firing',
    severity,
    summary: `${kind} of ${monitor} has drifted.`,
    members: columns.map((column) => ({
      ...nowhere,
      column,
      severity,
      since: hourAt(hour - 1).toISOString(),
    })),
    baseline: 'baseline 1 (january)',
    createdAt: hourAt(hour),
    notify: true,
    channels: [],
  }
}

/** Drives the requests of one model through stored alerts. */
export function retrainingOf(store: Store) {
  async function declare(name: string, retrain: object = {}): Promise<Monitor> {
    const model = modelSchema.parse({ name: 'flights', task: 'binary', features: { distance: 'numeric' } })
    await openModels(store).declare(model, hourAt(0))
    const policy = { target: 'train', on: ['feature', 'label'], approval: ['concept'], ...retrain }
    const monitor = monitorSchema.parse({ name, model: 'flights', retrain: policy })
    await monitors.put(store.control, name, monitor, hourAt(0))
    return monitor
  }
  /** Follows the alerts of a window of one monitor. */
  async function fire(monitor: Monitor, ...events: readonly Fired[]) {
    const stored = events.map((event) => firedEvent({ ...event, monitor: monitor.name }))
    await insertAlertEvents(store.control, stored)
    await follow(monitor, events[0].hour)
  }
  const follow = (monitor: Monitor, hour: number) =>
    followAlerts({
      store,
      monitor,
      windowEnd: hourAt(hour),
      kinds: ['feature', 'label', 'concept'],
      now: hourAt(hour),
    })
  const step = (id: string, type: Step['type'], hour: number, more: Partial<Step> = {}) =>
    recordStep(store, id, { type, by: 'someone', comment: '', at: hourAt(hour), ...more })
  /** An attempt that arrives. */
  async function send(id: string, hour: number) {
    await step(id, 'sending', hour, { tokenHash: 'a' })
    await step(id, 'sent', hour)
  }
  const release = (hour: number) => releaseWaiting({ store, clock: () => hourAt(hour) })
  /** Oldest first. */
  const all = async () => (await readRetrains(store)).toReversed()
  return { declare, fire, follow, step, send, release, all }
}
