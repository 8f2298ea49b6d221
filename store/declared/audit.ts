import { randomUUID } from 'node:crypto'
import { insertObjects, rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

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

export const AUDIT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS audit (
    id String, at DateTime64(3, 'UTC'), actor String, action LowCardinality(String),
    subject LowCardinality(String), name String, request_id String, before String, after String, detail String
  ) ENGINE = MergeTree ORDER BY (at, id)`,
]

export async function insertAudit(store: Store, entry: Omit<AuditEntry, 'id'>): Promise<void> {
  const { at, requestId, ...rest } = entry
  await insertObjects(store.rollup, 'audit', [
    { ...rest, id: randomUUID(), at: at.getTime(), request_id: requestId },
  ])
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
  store: Store,
  { from, to, after, limit, ...equal }: AuditFilter,
): Promise<AuditEntry[]> {
  const time = 'toUnixTimestamp64Milli(at)'
  const conditions = [
    ...(['actor', 'action', 'subject', 'name'] as const).flatMap((column) => {
      const value = equal[column]
      return value === undefined ? [] : [`${column} = ${literal(value)}`]
    }),
    ...(from ? [`${time} >= ${from.getTime()}`] : []),
    ...(to ? [`${time} < ${to.getTime()}`] : []),
    ...(after ? [`(${time}, id) < (${Math.trunc(after[0])}, ${literal(after[1])})`] : []),
  ]
  const found = await rows<Omit<AuditEntry, 'at' | 'requestId'> & { happened: number; request_id: string }>(
    store.read,
    `SELECT id, ${time} AS happened, actor, action, subject, name, request_id, before, after, detail FROM audit
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY at DESC, id DESC LIMIT ${Math.max(0, Math.trunc(limit))}`,
  )
  return found.map(({ happened, request_id, ...entry }) => ({
    ...entry,
    at: new Date(happened),
    requestId: request_id,
  }))
}
