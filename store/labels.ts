import { labelColumns, silverTables } from './silver.ts'
import { hourLiteral, identifier, instant, literal } from './sql.ts'
import { insertEncoded, rows } from './query.ts'
import type { Model } from './model.ts'
import type { Store } from './client.ts'

/** Writes labels whose prediction's hour is known, each a JSON array in the order of {@link labelColumns}. */
export async function insertLabels(store: Store, model: Model, lines: readonly string[]): Promise<void> {
  const columns = labelColumns(model).map(({ name }) => identifier(name))
  await insertEncoded(store.ingest, silverTables(model.name).labels, columns, lines)
}

export interface PendingLabel {
  id: string
  label: string | number | null
  labelledAt: Date
}

/** A pending label as {@link insertPendingLabels} takes it. */
export function pendingLabelLine(
  model: string,
  { id, label, labelledAt }: PendingLabel,
  receivedAt: Date,
): string {
  return JSON.stringify([
    model,
    id,
    label === null ? null : String(label),
    labelledAt.getTime(),
    receivedAt.getTime(),
  ])
}

/** Keeps labels that name no time of their prediction until {@link settleLabels} finds it. */
export async function insertPendingLabels(
  store: Store,
  _model: Model,
  lines: readonly string[],
): Promise<void> {
  const columns = ['model', 'id', 'label', 'labelled_at', 'received_at']
  await insertEncoded(store.ingest, 'pending_labels', columns, lines)
}

/** A select of the unsettled labels of a model that were received up to `cutoff`. */
function unsettled(model: string, cutoff: Date): string {
  return `SELECT * FROM pending_labels FINAL
    WHERE model = ${literal(model)} AND received_at <= ${instant(cutoff)}`
}

/**
 * {@link unsettled} with the hour of the newest prediction of that id. The index tells which hours to look
 * into; the predictions themselves decide, since rows can have been deleted and hashes can collide.
 */
function found(model: string, cutoff: Date): string {
  const { labelIndex, predictions } = silverTables(model)
  const waiting = unsettled(model, cutoff)
  return `SELECT w.*, p.hour AS hour FROM (${waiting}) AS w
    INNER JOIN (SELECT id, max(toStartOfHour(ts)) AS hour FROM ${predictions}
      WHERE toStartOfHour(ts) IN (
          SELECT hour FROM ${labelIndex} WHERE hash IN (SELECT sipHash64(id) FROM (${waiting})))
        AND id IN (SELECT id FROM (${waiting}))
      GROUP BY id) AS p
    ON p.id = w.id`
}

/** Hours of predictions that waiting labels can be given to now. */
export async function settleableHours(store: Store, model: string, cutoff: Date): Promise<Date[]> {
  const hours = await rows<{ hour: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM (${found(model, cutoff)}) ORDER BY hour`,
  )
  return hours.map(({ hour }) => new Date(hour * 1000))
}

/**
 * Moves waiting labels to the predictions of the given hours. A label counts as settled only where it can be
 * seen among the labels, or a newer one can: a crash in between repeats work and loses nothing, and a correction that
 * comes meanwhile waits for the next time.
 */
export async function settleLabels(
  store: Store,
  model: Model,
  hours: readonly Date[],
  cutoff: Date,
): Promise<void> {
  if (hours.length === 0) return
  const { labels } = silverTables(model.name)
  const among = `hour IN (${hours.map(hourLiteral).join(', ')})`
  const value = model.task === 'regression' ? 'toFloat64OrNull(label)' : 'label'
  await store.rollup.command({
    query: `INSERT INTO ${labels} (id, hour, label, labelled_at)
      SELECT id, hour, ${value}, labelled_at FROM (${found(model.name, cutoff)}) WHERE ${among}`,
  })
  await store.rollup.command({
    query: `DELETE FROM pending_labels
      WHERE model = ${literal(model.name)} AND received_at <= ${instant(cutoff)} AND id IN (
        SELECT f.id FROM (${found(model.name, cutoff)}) AS f
        INNER JOIN (SELECT hour, id, max(labelled_at) AS labelled_at FROM ${labels} WHERE ${among} GROUP BY hour, id) AS l
        ON f.hour = l.hour AND f.id = l.id
        WHERE f.labelled_at <= l.labelled_at)`,
  })
}

/** Labels whose prediction has not been seen yet. */
export async function countPendingLabels(store: Store, model: string): Promise<number> {
  const counted = await rows<{ n: number }>(
    store.read,
    `SELECT count() AS n FROM pending_labels FINAL WHERE model = ${literal(model)}`,
  )
  return counted[0].n
}

/** A table expression for the labelled predictions of the given hours: hour, version and label. */
export function labelledRows(model: string, from: Date, to: Date, among: string): string {
  const tables = silverTables(model)
  return `(SELECT l.hour AS hour, p.version AS version, l.label AS label
    FROM (SELECT hour, id, label FROM ${tables.labels} FINAL
      WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${among}) AS l
    INNER JOIN (SELECT toStartOfHour(ts) AS hour, id, version FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)}) AS p
    ON l.hour = p.hour AND l.id = p.id)`
}

/** A table expression for the labelled predictions of the given hours with all their columns, `label` and `labelled_at`. */
export function labelledPredictions(model: Model, from: Date, to: Date, among: string): string {
  const tables = silverTables(model.name)
  const usable = model.task === 'regression' ? 'isFinite(label)' : 'isNotNull(label)'
  return `(SELECT p.*, l.label AS label, l.labelled_at AS labelled_at
    FROM (SELECT *, toStartOfHour(ts) AS hour FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)}) AS p
    INNER JOIN (SELECT hour, id, label, labelled_at FROM ${tables.labels} FINAL
      WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${among} AND ${usable}) AS l
    ON l.hour = p.hour AND l.id = p.id)`
}
