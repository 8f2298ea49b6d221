import type { AlertEvent } from '../../../control/alerting/alert-event.ts'

const HOUR = 3_600_000
/** Hours count from the first Monday of the year. */
export const atHour = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)

/** An event of the alert on the features of the model `shop`, told to the channel `team`. */
export function alertEvent(id: string, hour: number, extra: Partial<AlertEvent> = {}): AlertEvent {
  return {
    id,
    scope: 'alert',
    monitor: 'daily',
    model: 'shop',
    kind: 'feature',
    column: '',
    segment: '',
    version: '',
    windowEnd: atHour(hour),
    reason: 'first',
    status: 'firing',
    severity: 'warning',
    summary: 'It moved.',
    members: [],
    baseline: 'baseline 1 (training)',
    createdAt: atHour(hour),
    notify: true,
    channels: ['team'],
    ...extra,
  }
}

/** An event of a member, of which nobody is told. */
export function memberEvent(
  id: string,
  hour: number,
  column: string,
  extra: Partial<AlertEvent> = {},
): AlertEvent {
  return alertEvent(id, hour, {
    scope: 'member',
    column,
    reason: 'pending',
    status: 'pending',
    notify: false,
    channels: [],
    ...extra,
  })
}
