import { predictionsBetween } from './predictions.ts'
import { rows } from '../engine/query.ts'
import { belongsTo } from './served.ts'
import { onShards, silverTables } from './silver.ts'
import { hourLiteral } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** Predictions of `[from, to)` whose id stands in another hour as well: the data-quality finding `id_reused`. */
export async function reusedIds(store: Store, model: string, from: Date, to: Date): Promise<number> {
  const { labelIndex } = silverTables(model)
  const found = await rows<{ n: number }>(
    store.read,
    `SELECT uniqExact(hash) AS n FROM ${labelIndex}
     WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${belongsTo(undefined)}
       AND hash IN (SELECT hash FROM ${labelIndex} WHERE ${belongsTo(undefined)} GROUP BY hash HAVING uniqExact(hour) > 1)`,
  )
  return found[0].n
}

/** Rows of `[from, to)` with a value that could not be used, by column; of one version where it is given. */
export async function invalidRows(
  store: Store,
  model: string,
  { from, to, version }: { from: Date; to: Date; version?: string | undefined },
): Promise<Record<string, number>> {
  const within = onShards(store, model, (tables) => predictionsBetween(model, from, to, version, tables))
  const found = await rows<{ column: string; n: number }>(
    store.rollup,
    `SELECT column, count() AS n FROM ${within} ARRAY JOIN invalid AS column GROUP BY column ORDER BY column`,
  )
  return Object.fromEntries(found.map(({ column, n }) => [column, n]))
}

export interface FeatureFinding {
  finding: 'invalid_value' | 'unknown_feature'
  feature: string
  rows: number
}

/** Features that came with values of the wrong type, or undeclared, in `[from, to)`; each stored row counts once. */
export async function featureFindings(
  store: Store,
  model: string,
  from: Date,
  to: Date,
): Promise<FeatureFinding[]> {
  const within = onShards(store, model, (tables) => predictionsBetween(model, from, to, undefined, tables))
  return rows<FeatureFinding>(
    store.read,
    `SELECT finding, feature, rows FROM (
       SELECT 'invalid_value' AS finding, feature, count() AS rows FROM ${within} ARRAY JOIN invalid AS feature GROUP BY feature
       UNION ALL
       SELECT 'unknown_feature' AS finding, feature, count() AS rows FROM ${within} ARRAY JOIN unknown AS feature GROUP BY feature)
     ORDER BY rows DESC, finding, feature`,
  )
}
