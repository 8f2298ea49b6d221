import type { HourSpan } from './hour-spans.ts'
import { countPredictions, labelledPredictionsBetween, predictionsBetween } from '../events/predictions.ts'
import { profileSelect, type BinnedColumn } from './profile-sql.ts'
import { rows } from '../engine/query.ts'
import { onShards } from '../events/silver.ts'
import type { Store } from '../engine/client.ts'

/** Rows of a sample, about: enough to tell hours of the week apart, however many there are. */
const SAMPLED_ROWS = 200_000
/** What a statement holds in memory grows with hours × columns × bins. */
const COLUMNS_PER_STATEMENT = 50

/** Counts by hour of the week, 0 to 167; hours without rows are absent. A week begins as 1970 did, on a Thursday, UTC. */
export type WeeklyCounts = ReadonlyMap<number, readonly number[]>

/** The counts of stored predictions, of a sample where there are many, one for each column in order. */
export async function weeklyCounts(
  store: Store,
  model: string,
  columns: readonly BinnedColumn[],
  { from, to }: HourSpan,
): Promise<WeeklyCounts[]> {
  const total = await countPredictions(store, model, from, to)
  const sample = `cityHash64(id) % ${Math.max(1, Math.ceil(total / SAMPLED_ROWS))} = 0`
  const labels = columns.filter(({ role }) => role === 'label')
  const others = columns.filter(({ role }) => role !== 'label')
  const found = new Map<string, Map<number, number[]>>()
  const count = async (source: string, some: readonly BinnedColumn[]) => {
    for (let i = 0; i < some.length; i += COLUMNS_PER_STATEMENT)
      await countInto(store, found, source, some.slice(i, i + COLUMNS_PER_STATEMENT))
  }
  const predictions = onShards(store, model, (tables) =>
    predictionsBetween(model, from, to, undefined, tables),
  )
  const labelled = onShards(store, model, (tables) =>
    labelledPredictionsBetween(model, from, to, undefined, tables),
  )
  await count(`${predictions} WHERE ${sample}`, others)
  await count(`${labelled} WHERE ${sample} AND isNotNull(label)`, labels)
  return columns.map(({ role, name }) => found.get(`${role} ${name}`) ?? new Map<number, number[]>())
}

async function countInto(
  store: Store,
  found: Map<string, Map<number, number[]>>,
  source: string,
  columns: readonly BinnedColumn[],
): Promise<void> {
  const hour = 'intDiv(toUnixTimestamp(toStartOfHour(ts)), 3600) % 168'
  const counted = await rows<{ role: string; column: string; group_hour: number; counts: number[] }>(
    store.read,
    profileSelect(source, columns, { group_hour: hour }),
  )
  for (const { role, column, group_hour, counts } of counted) {
    const key = `${role} ${column}`
    const hours = found.get(key) ?? new Map<number, number[]>()
    found.set(key, hours.set(group_hour, counts))
  }
}
