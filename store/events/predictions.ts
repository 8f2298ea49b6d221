import { identifier, hourLiteral, instant } from '../engine/sql.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import type { Model } from '../../control/declared/model.ts'
import { belongsTo } from './served.ts'
import { onShards, predictionColumns, silverTables, type EventTables } from './silver.ts'
import type { Store } from '../engine/client.ts'

/** Writes predictions, each a JSON array in the order of {@link predictionColumns}. Resolves once they are stored. */
export async function insertPredictions(store: Store, model: Model, lines: readonly string[]): Promise<void> {
  const columns = predictionColumns(model).map(({ name }) => identifier(name))
  await insertEncoded(store.ingest, silverTables(model.name).predictions, columns, lines)
}

/** A table expression for the distinct predictions of `[from, to)`, hours being whole, shadow traffic included. */
export function allPredictionsBetween(
  model: string,
  from: Date,
  to: Date,
  { predictions }: EventTables = silverTables(model),
): string {
  return `(SELECT * FROM ${predictions} FINAL WHERE ts >= ${instant(from)} AND ts < ${instant(to)})`
}

/** As {@link allPredictionsBetween}, of the model or of one version: see {@link belongsTo}. */
export function predictionsBetween(
  model: string,
  from: Date,
  to: Date,
  version?: string,
  { predictions }: EventTables = silverTables(model),
): string {
  return `(SELECT * FROM ${predictions} FINAL
    WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${belongsTo(version)})`
}

/** As {@link predictionsBetween}, with the newest label of each prediction, or null. */
export function labelledPredictionsBetween(
  model: string,
  from: Date,
  to: Date,
  version?: string,
  tables: EventTables = silverTables(model),
): string {
  return `(SELECT p.*, l.label AS label
    FROM (SELECT *, toStartOfHour(ts) AS hour FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${belongsTo(version)}) AS p
    LEFT JOIN (SELECT hour, id, label FROM ${tables.labels} FINAL
      WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)}) AS l
    ON l.hour = p.hour AND l.id = p.id)`
}

/** Every hour that holds a prediction, shadow traffic included; of one version where it is given. */
export async function predictionHours(store: Store, model: string, version?: string): Promise<Date[]> {
  const found = await rows<{ hour: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(toStartOfHour(ts)) AS hour FROM ${silverTables(model).predictions}
     WHERE ${version === undefined ? '1' : belongsTo(version)} ORDER BY hour`,
  )
  return found.map(({ hour }) => new Date(hour * 1000))
}

/** Hours in `[from, to)` that hold a prediction of the model, ascending. */
export async function predictionHoursBetween(
  store: Store,
  model: string,
  from: Date,
  to: Date,
): Promise<Date[]> {
  const found = await rows<{ hour: number }>(
    store.read,
    `SELECT DISTINCT toUnixTimestamp(toStartOfHour(ts)) AS hour FROM ${silverTables(model).predictions}
     WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${belongsTo(undefined)} ORDER BY hour`,
  )
  return found.map(({ hour }) => new Date(hour * 1000))
}

/** When the newest prediction of a model was made, of those before `end` where it is given; undefined where there is none. */
export async function newestPrediction(store: Store, model: string, end?: Date): Promise<Date | undefined> {
  const [found] = await rows<{ newest: string }>(store.read, `${newestOf(model, end)} HAVING count() > 0`)
  return found && new Date(Number(found.newest))
}

/** A select of the time of a model's newest prediction, epoch milliseconds. The newest hour is found by the order of rows. */
export function newestOf(model: string, end?: Date): string {
  const { predictions } = silverTables(model)
  const counts = `${belongsTo(undefined)} ${end === undefined ? '' : `AND ts < ${instant(end)}`}`
  return `SELECT toString(toUnixTimestamp64Milli(max(ts))) AS newest FROM ${predictions}
    WHERE ${counts} AND ts >= (SELECT toStartOfHour(ts) FROM ${predictions} WHERE ${counts}
      ORDER BY toStartOfHour(ts) DESC LIMIT 1)`
}

/** Distinct predictions stored in `[from, to)`; of one version where it is given. */
export async function countPredictions(
  store: Store,
  model: string,
  from: Date,
  to: Date,
  version?: string,
): Promise<number> {
  const found = await rows<{ n: number }>(
    store.read,
    `SELECT count() AS n FROM ${onShards(store, model, (tables) => predictionsBetween(model, from, to, version, tables))}`,
  )
  return found[0].n
}

/** Hour of the first prediction of a version at or after `since`, if there is one. */
export async function firstHourOf(
  store: Store,
  model: string,
  version: string,
  since: Date,
): Promise<Date | undefined> {
  const [{ first }] = await rows<{ first: number }>(
    store.read,
    `SELECT toUnixTimestamp(toStartOfHour(min(ts))) AS first FROM ${silverTables(model).predictions}
     WHERE ts >= ${instant(since)} AND ${belongsTo(version)}`,
  )
  return first === 0 ? undefined : new Date(first * 1000)
}
