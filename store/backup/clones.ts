import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** No table of ours or of a user begins so. */
const PREFIX = 'driftgauge_snapshot_'

/** A second reading of a table goes under a name of its own. */
export const cloneName = (table: string, reading = 1) => `${PREFIX}${reading}_${table}`

/** Fixes a table as it is now, in milliseconds: the copy has hard links to the same parts. */
export async function cloneTable({ read }: Store, table: string, reading?: number): Promise<void> {
  const clone = identifier(cloneName(table, reading))
  await read.command({ query: `CREATE TABLE ${clone} CLONE AS ${identifier(table)}` })
}

/** Drops what backups have fixed, those that were killed included. */
export async function dropClones({ read }: Store): Promise<void> {
  const found = await rows<{ name: string }>(
    read,
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, ${literal(PREFIX)})`,
  )
  for (const { name } of found) await read.command({ query: `DROP TABLE IF EXISTS ${identifier(name)} SYNC` })
}
