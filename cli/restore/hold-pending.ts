import { randomUUID } from 'node:crypto'
import { readRetrains } from '../../alerts/retraining/retrain.ts'
import { insertDeliveries, pendingDeliveries } from '../../control/alerting/deliveries.ts'
import { insertRetrainEvent } from '../../control/alerting/retrains.ts'
import type { Store } from '../../store/engine/client.ts'

export interface Held {
  messages: number
  retrainings: number
}

const REASON = 'restored from a backup: it may have been sent since'

/** Abandons what was still to be sent when the backup was made, so that a person can decide to send it. */
export async function holdPending(store: Store, now: Date): Promise<Held> {
  const pending = await pendingDeliveries(store.control)
  await insertDeliveries(
    store.control,
    pending.map(({ eventId, channel, attempts }) => ({
      eventId,
      channel,
      attempt: attempts + 1,
      at: now,
      status: 'given_up',
      error: REASON,
    })),
  )
  const requested = (await readRetrains(store)).filter(({ state }) => state.status === 'requested')
  for (const { request, events } of requested)
    // Not as a step that failed, which would be told to the monitor's channels.
    await insertRetrainEvent(store.control, request.id, {
      id: randomUUID(),
      seq: (events.at(-1)?.seq ?? 0) + 1,
      at: now,
      type: 'undeliverable',
      by: 'driftgauge restore',
      comment: '',
      error: REASON,
    })
  return { messages: pending.length, retrainings: requested.length }
}
