import type { Control } from '../database/control.ts'
import type { AlertEvent } from './alert-event.ts'

/** An alert as it stands at a window. */
type WindowAlert = Pick<AlertEvent, 'monitor' | 'kind' | 'windowEnd'>

/** The id of the event with which the alert of this one began; undefined where it is not known. */
export async function firstEventId(control: Control, alert: WindowAlert): Promise<string | undefined> {
  return (await firstEvent(control, alert))?.id
}

/** The channels of all that was told of an alert since it last began, up to the event's window. */
export async function channelsSinceFirst(control: Control, alert: WindowAlert): Promise<string[]> {
  const first = await firstEvent(control, alert)
  const found = await eventsUntil(control, alert)
    .select('channels')
    .where('window_end', '>=', first?.window_end ?? 0)
    .execute()
  return [...new Set(found.flatMap(({ channels }) => JSON.parse(channels) as string[]))].sort()
}

function firstEvent(control: Control, alert: WindowAlert) {
  return eventsUntil(control, alert)
    .select(['id', 'window_end'])
    .where('reason', '=', 'first')
    .orderBy('window_end', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function eventsUntil(control: Control, { monitor, kind, windowEnd }: WindowAlert) {
  return control
    .selectFrom('alert_events')
    .where('monitor', '=', monitor)
    .where('scope', '=', 'alert')
    .where('kind', '=', kind)
    .where('window_end', '<=', windowEnd.getTime())
}
