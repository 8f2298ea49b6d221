import type { OutboxGroup, SendItem } from './outbox-item.ts'
import { byWeight } from '../state/member.ts'
import { compareSeverity } from '../../domain/severity.ts'

/**
 * Puts what is due for one channel, of one model and kind of drift, into one message, whichever monitors found it.
 * Pure. What fires and what is resolved are told apart. Groups are in the order of their oldest event, which comes
 * first in `items`; within a group the most severe is first.
 */
export function groupItems(items: readonly SendItem[]): OutboxGroup[] {
  const groups = new Map<string, OutboxGroup>()
  for (const item of items) {
    const { model, kind, status } = item.event
    const key = JSON.stringify([item.channel, model, kind, status])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()].map((group) => group.sort(bySeverity))
}

function bySeverity({ event: a }: SendItem, { event: b }: SendItem): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    byWeight(a.members[0], b.members[0]) ||
    (a.monitor < b.monitor ? -1 : 1)
  )
}
