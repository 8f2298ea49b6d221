import { setTimeout } from 'node:timers/promises'
import { installationId } from '../control/database/installation.ts'
import type { Store } from './engine/client.ts'
import { StoreError } from './engine/errors.ts'
import { insertObjects, rows } from './engine/query.ts'

/** Rows are only ever added: of the highest term the first one says whose ClickHouse this is. */
export const INSTALLATION_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS installation (
    term UInt32, id String, written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
  ) ENGINE = MergeTree ORDER BY (term, written_at, id)`,
]

/**
 * Of two processes that claim a server at once, each must see the claim of the other. Between the moment that ClickHouse
 * dates a row and the moment that others see it lie a few milliseconds.
 */
const SETTLE_MS = 1_000

/** ClickHouse and the control database do not belong together. */
export class ForeignStore extends StoreError {
  constructor(owner: string, ours: string) {
    super(
      `This ClickHouse belongs to another control database (installation ${owner}) than the one in use here (${ours}). ` +
        'All processes on one ClickHouse must share one control database: set DATABASE_URL to the PostgreSQL database ' +
        'that the other processes use or, on the same machine, DRIFTGAUGE_DATA to their directory. ' +
        'If that database no longer exists, stop all processes and run "driftgauge adopt".',
    )
  }
}

/** A restore into this ClickHouse runs, or was interrupted. */
export class UnfinishedRestore extends StoreError {
  constructor() {
    super(
      'A restore into this ClickHouse is not finished. If it was interrupted, run "driftgauge restore" again with the ' +
        'same settings; it clears what is there and starts over.',
    )
  }
}

/** Begins the owner while a backup is restored; the id of the backup follows. */
const RESTORING = 'restoring '

/** Makes sure that ClickHouse belongs to our control database; one that belongs to none is ours from now on. */
export async function claimStore(store: Store): Promise<void> {
  const ours = await installationId(store.control)
  let owner = await readOwner(store)
  if (owner === undefined) owner = await write(store, { term: 1, id: ours })
  if (owner.id.startsWith(RESTORING)) throw new UnfinishedRestore()
  if (owner.id !== ours) throw new ForeignStore(owner.id, ours)
}

/** Keeps every service out until {@link endRestore}. */
export async function beginRestore(store: Store, backup: string): Promise<void> {
  const term = ((await readOwner(store))?.term ?? 0) + 1
  await write(store, { term, id: `${RESTORING}${backup}` })
}

/** ClickHouse belongs to our control database from now on. */
export async function endRestore(store: Store): Promise<void> {
  const term = ((await readOwner(store))?.term ?? 0) + 1
  await write(store, { term, id: await installationId(store.control) })
}

/** The id of the backup of which a restore was not finished. */
export async function unfinishedRestore(store: Store): Promise<string | undefined> {
  const id = (await readOwner(store))?.id
  return id?.startsWith(RESTORING) ? id.slice(RESTORING.length) : undefined
}

export type Adoption =
  { outcome: 'ours_already'; id: string } | { outcome: 'adopted'; id: string; from: string }

/** Makes ClickHouse belong to our control database, whosever it was. */
export async function adoptStore(store: Store): Promise<Adoption> {
  const id = await installationId(store.control)
  const before = await readOwner(store)
  if (before?.id.startsWith(RESTORING)) throw new UnfinishedRestore()
  const after = before?.id === id ? before : await write(store, { term: (before?.term ?? 0) + 1, id })
  if (after.id !== id) throw new ForeignStore(after.id, id)
  return before === undefined || before.id === id
    ? { outcome: 'ours_already', id }
    : { outcome: 'adopted', id, from: before.id }
}

interface Owner {
  term: number
  id: string
}

async function readOwner(store: Store): Promise<Owner | undefined> {
  const [owner] = await rows<Owner>(
    store.rollup,
    'SELECT term, id FROM installation ORDER BY term DESC, written_at, id LIMIT 1',
  )
  return owner
}

/** Returns who the owner is then. */
async function write(store: Store, claim: Owner): Promise<Owner> {
  await insertObjects(store.rollup, 'installation', [claim])
  // The engine in this process has the directory for itself.
  if (!store.embedded) await setTimeout(SETTLE_MS)
  return (await readOwner(store)) ?? claim
}
