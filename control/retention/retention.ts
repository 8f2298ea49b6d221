import type { Fence } from '../alerting/insert-alert-events.ts'
import { inTransaction, type Control } from '../database/control.ts'
import { NOTHING, together, type Deletable, type OldRows } from './deletable.ts'
import { oldAlertEvents } from './old-alert-events.ts'
import { oldAnnotations } from './old-annotations.ts'
import { oldAudit } from './old-audit.ts'
import { oldDeliveries } from './old-deliveries.ts'
import { oldIncidents } from './old-incidents.ts'
import { oldRetrains } from './old-retrains.ts'
import { oldSilences } from './old-silences.ts'
import type { ServiceKind } from '../../domain/retention.ts'

/**
 * What is older than these times is deleted; a kind without one is kept for ever. No cutoff may be later than the end of
 * a window that can still be evaluated again: the events of that window tell what was sent already.
 */
export type ControlCutoffs = Partial<Record<ServiceKind, Date | undefined>>

const OLD_ROWS: Record<ServiceKind, readonly OldRows[]> = {
  alerts: [oldAlertEvents, oldSilences, oldRetrains, oldIncidents, oldAnnotations],
  deliveries: [oldDeliveries],
  audit: [oldAudit],
}

/** Keeps a transaction short, and the values of a statement below what SQLite takes. */
const MOST_AT_ONCE = 5_000

/** What {@link deleteOld} would delete of each kind. */
export async function countDeletable(
  control: Control,
  cutoffs: ControlCutoffs,
): Promise<Record<ServiceKind, Deletable>> {
  const count = async (kind: ServiceKind) => {
    const before = cutoffs[kind]
    if (before === undefined) return NOTHING
    const parts: Deletable[] = []
    for (const old of OLD_ROWS[kind]) parts.push(await old.count(control, before))
    return together(parts)
  }
  return { alerts: await count('alerts'), deliveries: await count('deliveries'), audit: await count('audit') }
}

/**
 * Deletes at most `limit` rows of a kind in one transaction, and returns how many; 0 when none is left. Rows that belong
 * to others, such as the deliveries of an event, go with them and are not counted.
 * @param fence throws where another process does this work by now
 */
export async function deleteOld(
  control: Control,
  kind: ServiceKind,
  before: Date,
  { limit, fence }: { limit: number; fence?: Fence | undefined },
): Promise<number> {
  return inTransaction(control, async (transaction) => {
    await fence?.(transaction)
    let remaining = Math.min(Math.max(0, Math.trunc(limit)), MOST_AT_ONCE)
    let deleted = 0
    for (const old of OLD_ROWS[kind]) {
      if (remaining === 0) break
      const rows = await old.remove(transaction, before, remaining)
      deleted += rows
      remaining -= rows
    }
    return deleted
  })
}
