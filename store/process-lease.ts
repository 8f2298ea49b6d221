import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { createLease, type Lease } from '../control/database/lease.ts'
import type { Store } from './engine/client.ts'

/** A process of which nothing was heard for so long counts as dead. */
export const PATIENCE_MS = 30_000

/** A lease on work that one of the processes that share a store does. */
export function processLease(store: Store, name: string): Lease {
  return createLease(store.control, {
    name,
    // For whoever looks at the table; what is random tells processes apart.
    holder: `${hostname()} ${process.pid} ${randomUUID()}`,
    // No other process can have the embedded engine open.
    patience: store.embedded ? 0 : PATIENCE_MS,
    monotonic: () => performance.now(),
  })
}
