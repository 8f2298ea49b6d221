import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { instant } from '../engine/sql.ts'
import { silverTables } from '../events/silver.ts'

const MOST = 20

/** The versions of a model that have shadow traffic since a time, those with most rows first. */
export async function shadowVersions(store: Store, model: string, since: Date): Promise<string[]> {
  const found = await rows<{ version: string }>(
    store.read,
    `SELECT version FROM ${silverTables(model).predictions} WHERE shadow = 1 AND ts >= ${instant(since)}
     GROUP BY version ORDER BY count() DESC, version LIMIT ${MOST}`,
  )
  return found.map(({ version }) => version)
}
