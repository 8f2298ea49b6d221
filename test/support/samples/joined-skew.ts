import type { Feature, Model } from '../../../control/declared/model.ts'
import type { Store } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { onShards } from '../../../store/events/silver.ts'
import type { SkewPart } from '../../../store/skew/read-skew.ts'
import { comparedRows, skewAggregates, toSkewCounts } from '../../../store/skew/skew-sql.ts'

/** A feature over a period in parts of so many hours, from all rows of it, joined by one statement. */
export async function joinedSkew(
  store: Store,
  model: Model,
  feature: Feature,
  { from, to, hours }: { from: Date; to: Date; hours: number },
): Promise<SkewPart[]> {
  const { counts, sums } = skewAggregates(model, feature, 0)
  const start = from.getTime() / 1000
  const found = await rows<{ part: number; counts: number[]; sums: (number | null)[] }>(
    store.read,
    `SELECT toUInt32(part) AS part, sumForEach(counts) AS counts, sumForEach(sums) AS sums FROM ${onShards(
      store,
      model.name,
      (
        tables,
      ) => `(SELECT intDiv(toUnixTimestamp(ts) - ${start}, ${hours * 3600}) AS part, ${counts} AS counts, ${sums} AS sums
        FROM ${comparedRows({ from, to, features: [feature] }, tables)} GROUP BY part)`,
    )} GROUP BY part HAVING counts[1] > 0 ORDER BY part`,
  )
  return found.map(({ part, ...kept }) => ({
    at: (start + part * hours * 3600) * 1000,
    ...toSkewCounts(kept.counts, kept.sums),
  }))
}
