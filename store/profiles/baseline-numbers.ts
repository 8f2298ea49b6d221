import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Store } from '../engine/client.ts'
import { insertObjects, rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'

/** A row for each time that a process asked for the number of a new baseline. */
export const BASELINE_NUMBER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS baseline_numbers (
    model LowCardinality(String), version UInt32, claim String
  ) ENGINE = MergeTree ORDER BY (model, version)`,
]

const MAX_PAUSE_MS = 100

/**
 * The number of a new baseline, which no other process gets. Of two claims to a number, the later one sees the earlier,
 * so that two processes may both leave it to nobody, but never both take it.
 */
export async function claimBaselineNumber(store: Store, model: string): Promise<number> {
  const ofModel = `WHERE model = ${literal(model)}`
  for (;;) {
    const [{ next }] = await rows<{ next: number }>(
      store.rollup,
      `SELECT toUInt32(1 + greatest((SELECT max(version) FROM baselines ${ofModel}),
        (SELECT max(version) FROM baseline_numbers ${ofModel}))) AS next`,
    )
    await insertObjects(store.rollup, 'baseline_numbers', [{ model, version: next, claim: randomUUID() }])
    const [{ claims }] = await rows<{ claims: number }>(
      store.rollup,
      `SELECT toUInt32(count()) AS claims FROM baseline_numbers ${ofModel} AND version = ${next}`,
    )
    if (claims === 1) return next
    await setTimeout(Math.random() * MAX_PAUSE_MS)
  }
}
