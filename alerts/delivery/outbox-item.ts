import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { PendingDelivery } from '../../control/alerting/deliveries.ts'

export interface OutboxItem extends PendingDelivery {
  event: AlertEvent
}

/** An event as it is to be told: `event` lists no member of `leftOut`. */
export interface SendItem extends OutboxItem {
  leftOut: string[]
}

/** What one message tells a channel of: all of one model, kind and status, the most severe first. */
export type OutboxGroup = [SendItem, ...SendItem[]]
