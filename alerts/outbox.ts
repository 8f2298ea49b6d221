import type { AlertEvent } from '../store/alert-events.ts'
import type { LastDelivered, PendingDelivery } from '../store/deliveries.ts'

export interface OutboxItem extends PendingDelivery {
  event: AlertEvent
}

export interface OutboxPlan {
  /** Due now, oldest first. */
  send: OutboxItem[]
  /** Not to be sent at all. */
  drop: { item: OutboxItem; status: 'superseded' | 'suppressed' }[]
}

type Order = Pick<AlertEvent, 'windowEnd' | 'createdAt'>

/** Negative when `a` is the older one. */
function compareAge(a: Order, b: Order): number {
  return a.windowEnd.getTime() - b.windowEnd.getTime() || a.createdAt.getTime() - b.createdAt.getTime()
}

/**
 * What to do with pending work. Pure. Of each alert a channel is told the newest only, nothing that is older than
 * what it was told before, and of a resolution only where it knows the alert as firing.
 */
export function planOutbox(
  items: readonly OutboxItem[],
  delivered: readonly LastDelivered[],
  now: Date,
): OutboxPlan {
  const key = (monitor: string, kind: string, channel: string) => JSON.stringify([monitor, kind, channel])
  const told = new Map(delivered.map((last) => [key(last.monitor, last.kind, last.channel), last]))
  const plan: OutboxPlan = { send: [], drop: [] }
  const seen = new Set<string>()
  for (const item of items.toSorted((a, b) => compareAge(b.event, a.event))) {
    const alert = key(item.event.monitor, item.event.kind, item.channel)
    const last = told.get(alert)
    if (seen.has(alert) || (last !== undefined && compareAge(item.event, last) <= 0)) {
      plan.drop.push({ item, status: 'superseded' })
    } else if (item.event.status === 'resolved' && last?.status !== 'firing') {
      plan.drop.push({ item, status: 'suppressed' })
    } else if (item.nextAttemptAt === undefined || item.nextAttemptAt <= now) {
      plan.send.unshift(item)
    }
    seen.add(alert)
  }
  return plan
}
