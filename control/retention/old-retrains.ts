import { isOpen, retrainStateAfter } from '../alerting/retrain-state.ts'
import { listRetrains, type RetrainAlert, type StoredRetrain } from '../alerting/retrains.ts'
import type { Control } from '../database/control.ts'
import { monitors } from '../declared/monitor.ts'
import { DAY_MS } from '../../domain/time.ts'
import { together, type OldRows } from './deletable.ts'

/** Requests for retraining that are over, with their events. They are few, so all are read. */
export const oldRetrains: OldRows = {
  async count(control, before) {
    const old = await findOld(control, before)
    return together(old.map(({ request }) => ({ rows: 1, oldest: request.createdAt })))
  },
  async remove(transaction, before, limit) {
    const ids = (await findOld(transaction, before)).slice(0, limit).map(({ request }) => request.id)
    if (ids.length === 0) return 0
    await transaction.deleteFrom('retrain_events').where('retrain', 'in', ids).execute()
    await transaction.deleteFrom('retrains').where('id', 'in', ids).execute()
    return ids.length
  },
}

/** Oldest first. */
async function findOld(control: Control, before: Date): Promise<StoredRetrain[]> {
  const cooldowns = await cooldownByModel(control)
  const { open, owed } = await needed(control)
  return (await listRetrains(control)).reverse().filter(({ request, events }) => {
    const last = Math.max(request.createdAt.getTime(), ...events.map(({ at }) => at.getTime()))
    const cooldown = cooldowns.get(request.model) ?? 0
    return (
      last + cooldown < before.getTime() &&
      isOver(events) &&
      !open.has(request.monitor) &&
      !alertsOf({ request, events }).some(({ id, monitor }) => owed.has(id) || open.has(monitor))
    )
  })
}

/** All that have asked for it, those that joined as well. */
function alertsOf({ request, events }: StoredRetrain): RetrainAlert[] {
  return [request, ...events].flatMap(({ evidence }) => evidence?.alerts ?? [])
}

/** A request without an event was never made: a crash came in between. */
function isOver(events: StoredRetrain['events']): boolean {
  const state = retrainStateAfter(events)
  return state === undefined || !isOpen(state.status)
}

/** The longest time for which a request may keep a monitor of the same model from another one. */
async function cooldownByModel(control: Control): Promise<Map<string, number>> {
  const longest = new Map<string, number>()
  for (const { model, retrain } of await monitors.list(control))
    if (retrain !== undefined) longest.set(model, Math.max(longest.get(model) ?? DAY_MS, retrain.cooldown))
  return longest
}

/**
 * Monitors with something pending or firing, whose messages tell what retraining has done about it, and the events that
 * are still to be told, whose messages name the request they made.
 */
async function needed(control: Control): Promise<{ open: Set<string>; owed: Set<string> }> {
  const states = await control
    .selectFrom('alert_states')
    .select('monitor')
    .distinct()
    .where('status', 'in', ['pending', 'firing'])
    .execute()
  const outbox = await control.selectFrom('outbox').select('event_id').where('is_open', '=', 1).execute()
  return {
    open: new Set(states.map(({ monitor }) => monitor)),
    owed: new Set(outbox.map(({ event_id }) => event_id)),
  }
}
