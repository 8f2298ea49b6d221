import type { ClickHouseClient } from '@clickhouse/client'
import { fingerprint } from '../../control/declared/digest.ts'
import type { Model } from '../../control/declared/model.ts'
import { DEFAULT_SKEW, type SkewCounts } from '../../domain/skew.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import { silverTables } from '../events/silver.ts'
import { hoursOf, type Rollup } from '../profiles/profiles.ts'
import { comparedRows, skewAggregates, toSkewCounts } from './skew-sql.ts'

/** Columns of one statement: each is several expressions, and the pairs of rows are found again for the next. */
export const COLUMNS_AT_ONCE = 100
/** Hours of one statement, which holds all their reference rows in memory. */
const HOURS_AT_ONCE = 24

/** Counts are kept under the tolerance that they were made with, so that those of another are not taken for them. */
export const skewRole = ({ skew = DEFAULT_SKEW }: Model) => `skew ${fingerprint(skew)}`

/** Of an hour: its predictions with a reference row, and the reference rows that name it and have a prediction. */
export const MATCHED_ROLE = 'skew'

/**
 * Counts, for each feature and hour, how what was served differs from the reference, under the generation of the profiles
 * that are written with it.
 */
export async function writeSkewCounts(
  store: Store,
  model: Model,
  { binning, hours, generation }: Pick<Rollup, 'binning' | 'hours' | 'generation'>,
): Promise<void> {
  if (!(await hasReference(store.rollup, model.name))) return
  for (let start = 0; start < hours.length; start += HOURS_AT_ONCE)
    await writeHours(store, model, { binning, generation, hours: hours.slice(start, start + HOURS_AT_ONCE) })
}

async function writeHours(
  store: Store,
  model: Model,
  { binning, hours, generation }: Pick<Rollup, 'binning' | 'hours' | 'generation'>,
): Promise<void> {
  const period = hoursOf(hours)
  const { shards } = store
  const tables = silverTables(model.name, shards.local)
  for (let start = 0; start < model.features.length; start += COLUMNS_AT_ONCE) {
    const features = model.features.slice(start, start + COLUMNS_AT_ONCE)
    const aggregates = features.map((feature, i) => skewAggregates(model, feature, i))
    // Matched rows are counted once, and of all versions together: a reference row belongs to each of them.
    const isFirst = start === 0
    const counted = `SELECT version, toStartOfHour(ts) AS served_hour,
        ${isFirst ? 'grouping(version) != grouping(served_hour)' : '0'} AS is_all,
        [${aggregates.map(({ counts }) => counts).join(', ')}] AS all_counts,
        [${aggregates.map(({ sums }) => sums).join(', ')}] AS all_sums,
        [count(), uniqExactIf(id, is_named)] AS matched
      FROM ${comparedRows({ ...period, features }, tables)}
      GROUP BY ${isFirst ? 'GROUPING SETS ((version, served_hour), (served_hour))' : 'version, served_hour'}`
    const names = `[${features.map(({ name }) => literal(name)).join(', ')}]`
    const unfolded = `SELECT version, served_hour AS hour, column, counts, sums,
        if(is_all, ${literal(MATCHED_ROLE)}, ${literal(skewRole(model))}) AS role
      FROM (${counted})
      ARRAY JOIN if(is_all, [''], ${names}) AS column, if(is_all, [matched], all_counts) AS counts,
        if(is_all, [emptyArrayFloat64()], all_sums) AS sums`
    await store.rollup.command({
      query: `INSERT INTO profiles
        (version, shadow, hour, role, column, counts, sums, squares, segment, model, binning, part, generation)
        SELECT version, 0, hour, role, column, counts, sums, 0, '', ${literal(model.name)},
          ${literal(binning)}, 'predictions', ${generation}
        FROM ${shards.gather(`(${unfolded})`)} WHERE counts[1] > 0`,
    })
  }
}

/** Whether there is any reference row of a model. */
export async function hasReference(client: ClickHouseClient, model: string): Promise<boolean> {
  const found = await rows<object>(client, `SELECT 1 AS found FROM ${silverTables(model).reference} LIMIT 1`)
  return found.length > 0
}

/** What is kept of a column under a role. */
interface KeptCounts {
  role: string
  column: string
  counts: readonly number[]
  sums: readonly (number | null)[]
}

/** Whether some of these hours were last counted with another tolerance than is declared now. */
export function hasOtherTolerance(model: Model, kept: readonly Pick<KeptCounts, 'role'>[]): boolean {
  const role = skewRole(model)
  return kept.some((one) => one.role.startsWith('skew ') && one.role !== role)
}

/** By feature what was counted with the tolerance that is declared now, among all that is kept of some hours. Pure. */
export function skewCountsIn(model: Model, kept: readonly KeptCounts[]): ReadonlyMap<string, SkewCounts> {
  const role = skewRole(model)
  return new Map(
    kept
      .filter((one) => one.role === role)
      .map(({ column, counts, sums }) => [column, toSkewCounts(counts, sums)]),
  )
}
