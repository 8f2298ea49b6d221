import type { Fence } from '../../control/alerting/insert-alert-events.ts'
import { countDeletable, deleteOld, type ControlCutoffs } from '../../control/retention/retention.ts'
import {
  cutoffOf,
  SERVICE_KINDS,
  type Keep,
  type Retention,
  type ServiceKind,
} from '../../domain/retention.ts'
import type { Store } from '../engine/client.ts'
import { deleteOldMonths, deleteOldShared } from './delete-old-rows.ts'
import { findOldRows, type OldRows } from './old-rows.ts'

/** What of the control database may go because of its age. */
export interface OldEntries {
  kind: ServiceKind
  keep: Keep
  before: Date | undefined
  rows: number
  oldest: Date | undefined
}

export interface OldData {
  models: OldRows[]
  service: OldEntries[]
}

/** Entries that one transaction deletes: others write between two of them. */
const ENTRIES_AT_ONCE = 1_000

/** What is older than it is kept. */
export async function findOldData(store: Store, retention: Retention, now: Date): Promise<OldData> {
  const models = await findOldRows(store, retention, now)
  const cutoffs: ControlCutoffs = Object.fromEntries(
    SERVICE_KINDS.map((kind) => [kind, cutoffOf(kind, retention[kind], now)]),
  )
  const found = await countDeletable(store.control, cutoffs)
  const service = SERVICE_KINDS.map((kind) => ({
    kind,
    keep: retention[kind],
    before: cutoffs[kind],
    ...found[kind],
  }))
  return { models, service }
}

export interface DeletionOptions {
  /** Keeps a process that was taken for dead from going on. */
  fence?: Fence
  signal?: AbortSignal
}

/** Deletes it. Cut off anywhere, the next time goes on. */
export async function deleteOldData(
  store: Store,
  { models, service }: OldData,
  { fence = () => Promise.resolve(), signal }: DeletionOptions = {},
): Promise<void> {
  for (const old of models) {
    if (signal?.aborted) return
    await deleteOldMonths(store, old, fence)
  }
  await deleteOldShared(store, models)
  for (const { kind, before } of service) {
    if (before === undefined) continue
    const deleteSome = () => deleteOld(store.control, kind, before, { limit: ENTRIES_AT_ONCE, fence })
    while (!signal?.aborted && (await deleteSome()) > 0);
  }
}
