import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { LastDelivered } from '../../control/alerting/last-delivered.ts'
import { groupItems } from './group.ts'
import { muteText, type Mute, type Mutes } from '../muting/mute.ts'
import { mutedEvent } from '../muting/muted-event.ts'
import type { OutboxGroup, OutboxItem, SendItem } from './outbox-item.ts'
import { memberKey } from '../state/member.ts'

export interface OutboxPlan {
  /** Due now, oldest first. */
  send: OutboxGroup[]
  /** Not to be sent at all. */
  drop: { item: OutboxItem; status: 'superseded' | 'suppressed' | 'acknowledged' }[]
  /** Not to be sent for now, where that is not noted yet. */
  mute: { item: OutboxItem; mute: Mute }[]
}

export interface OutboxState extends Mutes {
  delivered: readonly LastDelivered[]
  /** Ids of the events that repeat what someone has acknowledged. */
  acknowledged: ReadonlySet<string>
  now: Date
}

type Order = Pick<AlertEvent, 'windowEnd' | 'createdAt'>

/** Negative when `a` is the older one. */
function compareAge(a: Order, b: Order): number {
  return a.windowEnd.getTime() - b.windowEnd.getTime() || a.createdAt.getTime() - b.createdAt.getTime()
}

/**
 * What to do with pending work. Pure. Of each alert a channel is told the newest only, nothing that is older than
 * what it was told before, and of a resolution only where it knows the alert as firing. What is muted waits until it
 * is not, and so is told then if it is still the newest.
 */
export function planOutbox(items: readonly OutboxItem[], state: OutboxState): OutboxPlan {
  const { delivered, acknowledged, now } = state
  const key = (monitor: string, kind: string, channel: string) => JSON.stringify([monitor, kind, channel])
  const told = new Map(delivered.map((last) => [key(last.monitor, last.kind, last.channel), last]))
  const plan: OutboxPlan = { send: [], drop: [], mute: [] }
  const seen = new Set<string>()
  const send: SendItem[] = []
  for (const item of items.toSorted((a, b) => compareAge(b.event, a.event))) {
    const alert = key(item.event.monitor, item.event.kind, item.channel)
    const last = told.get(alert)
    if (seen.has(alert) || (last !== undefined && compareAge(item.event, last) <= 0)) {
      plan.drop.push({ item, status: 'superseded' })
    } else if (last?.status === 'firing' && acknowledged.has(item.eventId)) {
      // What it repeats may be pending still, and is told.
      plan.drop.push({ item, status: 'acknowledged' })
      continue
    } else if (item.event.status === 'resolved' && last?.status !== 'firing') {
      plan.drop.push({ item, status: 'suppressed' })
    } else {
      const muted = mutedEvent(item.event, last && knownOf(last), state, now)
      if (muted.status === 'muted') {
        if (!isNoted(item, muted.mute)) plan.mute.push({ item, mute: muted.mute })
      } else if (item.nextAttemptAt === undefined || item.nextAttemptAt <= now) {
        send.unshift({ ...item, event: muted.event, leftOut: muted.leftOut })
      }
    }
    seen.add(alert)
  }
  plan.send = groupItems(send)
  return plan
}

function knownOf({ members, leftOut, ...last }: LastDelivered) {
  return { ...last, members: members.filter((member) => !leftOut.includes(memberKey(member))) }
}

function isNoted({ last }: OutboxItem, mute: Mute): boolean {
  return last?.status === mute.status && last.mutedBy === muteText(mute)
}
