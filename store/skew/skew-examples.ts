import type { Feature, Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import { onShards } from '../events/silver.ts'
import { hoursOf } from '../profiles/profiles.ts'
import { kept, type CountedPeriod } from './read-skew.ts'
import { skewRole } from './skew-counts.ts'
import { comparedRows, comparisonOf } from './skew-sql.ts'

export interface SkewExample {
  id: string
  /** Epoch milliseconds. */
  ts: number
  version: string
  /** As text; null where there is none. */
  served: string | null
  reference: string | null
}

export const MAX_EXAMPLES = 5

/** Predictions of a period whose feature differs from the reference, the newest first. */
export async function readSkewExamples(
  store: Store,
  model: Model,
  feature: Feature,
  period: CountedPeriod,
): Promise<SkewExample[]> {
  const hours = await newestDiffering(store, model, feature, period)
  if (hours.length === 0) return []
  const { differs, served, reference } = comparisonOf(model, feature, 0)
  const pairs = onShards(
    store,
    model.name,
    (tables) => `(SELECT id, toUnixTimestamp64Milli(ts) AS at, toString(version) AS version,
        toString(${served}) AS served, toString(${reference}) AS reference
      FROM ${comparedRows({ ...hoursOf(hours), features: [feature] }, tables)}
      WHERE ${differs} ORDER BY at DESC, id, version LIMIT ${MAX_EXAMPLES})`,
  )
  const found = await rows<Omit<SkewExample, 'ts'> & { at: string }>(
    store.read,
    `SELECT id, toString(at) AS at, version, served, reference FROM ${pairs}
     ORDER BY toInt64(at) DESC, id, version LIMIT ${MAX_EXAMPLES}`,
  )
  return found.map(({ at, ...example }) => ({ ...example, ts: Number(at) }))
}

/** The newest hours in which enough rows were counted as differing, ascending: only their rows are joined. */
async function newestDiffering(
  store: Store,
  model: Model,
  feature: Feature,
  period: CountedPeriod,
): Promise<Date[]> {
  const found = await rows<{ at: number; differing: number }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, toUInt32(sum(counts[2])) AS differing FROM profiles
     WHERE ${kept(model.name, period)} AND role = ${literal(skewRole(model))} AND column = ${literal(feature.name)}
     GROUP BY hour HAVING differing > 0 ORDER BY at DESC LIMIT ${MAX_EXAMPLES}`,
  )
  let rest = MAX_EXAMPLES
  const enough = found.filter(({ differing }) => {
    const isNeeded = rest > 0
    rest -= differing
    return isNeeded
  })
  return enough.map(({ at }) => new Date(at * 1000)).reverse()
}
