import { randomUUID } from 'node:crypto'
import type { Control } from '../database/control.ts'

/** Who changed what. Rows are only ever added. */
export interface AuditEntry {
  id: string
  at: Date
  /** A key's name, a monitor, the pipeline, or the service itself. */
  actor: string
  /** The operation of the API, or a step of a retraining such as `retrain.sent`. */
  action: string
  /** What kind of thing was changed, such as `monitor`. */
  subject: string
  /** Its name or id. */
  name: string
  /** Of the request; empty where no request asked for it. */
  requestId: string
  /** Differs when the declaration does, and tells nothing of it; empty where there was none, or is none now. */
  before: string
  after: string
  detail: string
}

export async function insertAudit(control: Control, entry: Omit<AuditEntry, 'id'>): Promise<void> {
  const { at, requestId, ...rest } = entry
  await control
    .insertInto('audit')
    .values({ ...rest, id: randomUUID(), at: at.getTime(), request_id: requestId })
    .execute()
}

/** Where a page ended: time (epoch milliseconds) and id of its last entry. */
export type AuditPosition = readonly [number, string]

export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  subject?: string | undefined
  name?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  after?: AuditPosition | undefined
  limit: number
}

/** Entries, newest first. */
export async function listAudit(
  control: Control,
  { from, to, after, limit, ...equal }: AuditFilter,
): Promise<AuditEntry[]> {
  let query = control
    .selectFrom('audit')
    .selectAll()
    .limit(Math.max(0, Math.trunc(limit)))
  for (const column of ['actor', 'action', 'subject', 'name'] as const)
    if (equal[column] !== undefined) query = query.where(column, '=', equal[column])
  if (from) query = query.where('at', '>=', from.getTime())
  if (to) query = query.where('at', '<', to.getTime())
  if (after) {
    const [at, id] = after
    query = query.where((row) =>
      row.or([row('at', '<', at), row.and([row('at', '=', at), row('id', '<', id)])]),
    )
  }
  const found = await query.orderBy('at', 'desc').orderBy('id', 'desc').execute()
  return found.map(({ at, request_id, ...entry }) => ({ ...entry, at: new Date(at), requestId: request_id }))
}
