import { activeBaseline, type Baseline } from './baselines.ts'
import { insertObjects, rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

export const BINDING_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS baseline_bindings (
    model LowCardinality(String), version String, baseline UInt32, bound_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(bound_at) ORDER BY (model, version)`,
]

/** Binds a version of a model to a baseline of its own; without one it has none any more. */
export async function bindBaseline(
  store: Store,
  model: string,
  version: string,
  baseline: number | undefined,
  now: Date,
): Promise<void> {
  // No baseline has the number 0.
  const row = { model, version, baseline: baseline ?? 0, bound_at: now.getTime() }
  await insertObjects(store.rollup, 'baseline_bindings', [row])
}

/** The baselines of versions that have one of their own, by version, in its order. */
export async function boundBaselines(store: Store, model: string): Promise<Map<string, Baseline>> {
  const found = await rows<{ bound: string; document: string }>(
    store.read,
    `SELECT b.version AS bound, document
     FROM (SELECT version, baseline FROM baseline_bindings FINAL WHERE model = ${literal(model)}) AS b
     INNER JOIN (SELECT version, document FROM baselines FINAL WHERE model = ${literal(model)}) AS d
     ON d.version = b.baseline ORDER BY bound`,
  )
  return new Map(found.map(({ bound, document }) => [bound, JSON.parse(document) as Baseline]))
}

/** What rows of a version, or of the whole model, are compared with; undefined where there is no active baseline. */
export async function baselineOf(
  store: Store,
  model: string,
  version: string | undefined,
): Promise<Baseline | undefined> {
  const bound = version === undefined ? undefined : (await boundBaselines(store, model)).get(version)
  return bound ?? activeBaseline(store, model)
}
