import { rows } from '../engine/query.ts'
import { belongsTo } from '../events/served.ts'
import { silverTables } from '../events/silver.ts'
import { unmatchedLabels } from '../labelled/unmatched-labels.ts'
import { hourLiteral, instant, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** Rows of one kind by the beginning of their step, epoch milliseconds; steps without rows are absent. */
export type Counts = Map<number, number>

export interface Volume {
  predictions: Counts
  labels: Counts
  deadLetters: Counts
  /** Labels whose prediction has not been seen yet. */
  pendingLabels: number
  /** Labels that name an hour of the period in which no prediction has their id. */
  unmatchedLabels: number
  /** Those of them whose id has a prediction in another hour. */
  misplacedLabels: number
}

/**
 * Stored rows of a model in `[from, to)`, by steps of whole hours: distinct predictions without shadow traffic, and labels by the hour of
 * their prediction, without those that were found to have none there; dead letters by the time they came in. `from` is a whole multiple of the step since 1970.
 */
export async function readVolume(
  store: Store,
  model: string,
  { from, to, stepMs }: { from: Date; to: Date; stepMs: number },
): Promise<Volume> {
  const tables = silverTables(model)
  const seconds = stepMs / 1000
  const within = (time: string) => `${time} >= ${instant(from)} AND ${time} < ${instant(to)}`
  const count = (what: keyof Volume, source: string, time: string) =>
    `SELECT '${what}' AS what, intDiv(toUnixTimestamp(${time}), ${seconds}) AS step, count() AS n FROM ${source} GROUP BY step`
  const labelled = `hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND label IS NOT NULL`
  const ofModel = `model = ${literal(model)}`
  // One statement, since each waits its turn while events come in.
  const found = await rows<{ what: keyof Volume | 'withoutPrediction'; step: number; n: number }>(
    store.read,
    [
      count(
        'predictions',
        `${tables.predictions} FINAL WHERE ${within('ts')} AND ${belongsTo(undefined)}`,
        'ts',
      ),
      count('labels', `${tables.labels} FINAL WHERE ${labelled}`, 'hour'),
      count(
        'deadLetters',
        `dead_letters FINAL WHERE gone = 0 AND ${ofModel} AND ${within('received_at')}`,
        'received_at',
      ),
      `SELECT 'pendingLabels' AS what, 0 AS step, count() AS n FROM pending_labels FINAL WHERE ${ofModel}`,
      `SELECT named.1 AS what, intDiv(toUnixTimestamp(hour), ${seconds}) AS step, sum(named.2) AS n
       FROM ${unmatchedLabels(model, { from, to })}
       ARRAY JOIN [('unmatchedLabels', unmatched), ('misplacedLabels', elsewhere), ('withoutPrediction', all_without)] AS named
       GROUP BY what, step`,
    ].join(' UNION ALL '),
  )
  const countsOf = (wanted: (typeof found)[number]['what']): Counts =>
    new Map(found.filter(({ what }) => what === wanted).map(({ step, n }) => [step * stepMs, n]))
  const totalOf = (wanted: keyof Volume) => [...countsOf(wanted).values()].reduce((sum, n) => sum + n, 0)
  const without = countsOf('withoutPrediction')
  const matched = [...countsOf('labels')].map(([at, n]) => [at, n - (without.get(at) ?? 0)] as const)
  return {
    predictions: countsOf('predictions'),
    // Labels that were deleted since are still among those without a prediction.
    labels: new Map(matched.filter(([, n]) => n > 0)),
    deadLetters: countsOf('deadLetters'),
    pendingLabels: totalOf('pendingLabels'),
    unmatchedLabels: totalOf('unmatchedLabels'),
    misplacedLabels: totalOf('misplacedLabels'),
  }
}
