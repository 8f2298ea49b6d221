import { HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { rows } from '../engine/query.ts'
import { newestOf } from '../events/predictions.ts'
import { belongsTo } from '../events/served.ts'
import { silverTables } from '../events/silver.ts'
import { hourLiteral, instant, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

export interface Traffic {
  /** Time of the newest stored prediction. */
  until: Date
  /** Distinct predictions in the 24 hours up to it. */
  lastDay: number
  /**
   * Median hours from a prediction to its label, over the labels that came in the last 24 hours any did, of
   * predictions of the week up to the newest labelled one; undefined without labels. Labels know the hour of their
   * prediction, whose middle counts for all of it: that saves a look-up each, and is off by half an hour at most.
   */
  labelLag: number | undefined
}

/** What came last for each of these models; one without a prediction is absent. */
export async function recentTraffic(store: Store, models: readonly string[]): Promise<Map<string, Traffic>> {
  const newest = await numberOf(
    store,
    models,
    (model) => `toInt64(newest) AS value FROM (${newestOf(model)})`,
  )
  const counts = await numberOf(store, [...newest.keys()], (model) => {
    const since = instant(new Date(newest.get(model)! - DAY_MS))
    return `count() AS value FROM ${silverTables(model).predictions} FINAL WHERE ts > ${since} AND ${belongsTo(undefined)}`
  })
  const lags = await labelLags(store, [...newest.keys()])
  return new Map(
    [...newest].map(([model, until]) => [
      model,
      { until: new Date(until), lastDay: counts.get(model) ?? 0, labelLag: lags.get(model) },
    ]),
  )
}

async function labelLags(store: Store, models: readonly string[]): Promise<Map<string, number>> {
  const newest = await numberOf(store, models, (model) => {
    return `toUnixTimestamp(max(hour)) * 1000 AS value FROM ${silverTables(model).labels}`
  })
  const recent = (model: string) =>
    `${silverTables(model).labels} WHERE hour > ${hourLiteral(new Date(newest.get(model)! - WEEK_MS))}`
  const came = await numberOf(store, [...newest.keys()], (model) => {
    return `toUnixTimestamp64Milli(max(labelled_at)) AS value FROM ${recent(model)}`
  })
  const lags = await numberOf(store, [...came.keys()], (model) => {
    const lag = `toUnixTimestamp64Milli(labelled_at) - toUnixTimestamp(hour) * 1000 - ${HOUR_MS / 2}`
    return `1 + median(greatest(0, ${lag})) / ${HOUR_MS} AS value FROM ${recent(model)}
      AND labelled_at > ${instant(new Date(came.get(model)! - DAY_MS))}`
  })
  return new Map([...lags].map(([model, lag]) => [model, lag - 1]))
}

/** A number of each model, whose tables are its own, in one statement; models for which it is 0 are left out. */
async function numberOf(
  store: Store,
  models: readonly string[],
  select: (model: string) => string,
): Promise<Map<string, number>> {
  if (models.length === 0) return new Map()
  const found = await rows<{ model: string; value: number }>(
    store.read,
    models.map((model) => `SELECT ${literal(model)} AS model, ${select(model)}`).join(' UNION ALL '),
  )
  return new Map(found.flatMap(({ model, value }) => (value > 0 ? [[model, value] as const] : [])))
}
