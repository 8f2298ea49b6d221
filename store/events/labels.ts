import { labelColumns, silverTables, type EventTables } from './silver.ts'
import { hourLiteral, identifier, instant, literal } from '../engine/sql.ts'
import { hoursByInsert } from '../engine/partitions.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'

/** Writes labels whose prediction's hour is known, each a JSON array in the order of {@link labelColumns}. */
export async function insertLabels(store: Store, model: Model, lines: readonly string[]): Promise<void> {
  const columns = labelColumns(model).map(({ name }) => identifier(name))
  await insertEncoded(store.ingest, silverTables(model.name).labels, columns, lines)
}

export interface PendingLabel {
  id: string
  label: string | number | null
  labelledAt: Date
  /** Milliseconds after its prediction, where only that is known. */
  labelledAfter?: number | undefined
}

/** What shipped tables of labels lack, to be appended to the migrations. */
export const LABEL_MIGRATIONS = [
  'ALTER TABLE pending_labels ADD COLUMN IF NOT EXISTS labelled_after Nullable(Int64)',
]

/** A pending label as {@link insertPendingLabels} takes it. */
export function pendingLabelLine(
  model: string,
  { id, label, labelledAt, labelledAfter }: PendingLabel,
  receivedAt: Date,
): string {
  return JSON.stringify([
    model,
    id,
    label === null ? null : String(label),
    labelledAt.getTime(),
    receivedAt.getTime(),
    labelledAfter ?? null,
  ])
}

/** Keeps labels that name no time of their prediction until {@link findSettling} finds it. */
export async function insertPendingLabels(
  store: Store,
  _model: Model,
  lines: readonly string[],
): Promise<void> {
  const columns = ['model', 'id', 'label', 'labelled_at', 'received_at', 'labelled_after']
  await insertEncoded(store.ingest, 'pending_labels', columns, lines)
}

/** Waiting labels, received up to `cutoff`, that the predictions they belong to were found for. */
export interface Settling {
  /** Hours of these predictions. */
  hours: Date[]
  /** Gives the labels to them. Each counts as settled then, unless a correction has come meanwhile, which waits. */
  settle(this: void): Promise<void>
  /** Ids of these predictions. */
  ids(this: void): Promise<string[]>
  /** Forgets what was found. */
  end(this: void): Promise<void>
}

/**
 * Finds the predictions of waiting labels: of an id that was used again, the newest one, of each version that saw the request. What is found is kept in a
 * table, so that the search, which grows with what is stored, is done once. One process at a time may do this for a
 * model; a crash in between repeats work and loses nothing.
 */
export async function findSettling(store: Store, model: Model, cutoff: Date): Promise<Settling> {
  const { labels, settling } = silverTables(model.name)
  const run = (query: string) => store.rollup.command({ query })
  await run(
    `CREATE OR REPLACE TABLE ${settling} ENGINE = MergeTree ORDER BY id AS ${found(model.name, cutoff)}`,
  )
  const distinct = await rows<{ hour: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM ${settling} ORDER BY hour`,
  )
  const hours = distinct.map(({ hour }) => new Date(hour * 1000))
  const value = model.task === 'regression' ? 'toFloat64OrNull(label)' : 'label'
  return {
    hours,
    async settle() {
      for (const part of hoursByInsert(hours)) {
        await run(`INSERT INTO ${labels} (id, hour, label, labelled_at)
          SELECT id, hour, ${value}, labelled_at FROM ${settling}
          WHERE hour >= ${hourLiteral(part[0])} AND hour <= ${hourLiteral(part.at(-1)!)}`)
      }
      // By id, so that an older row does not come back in place of the newest.
      await run(`DELETE FROM pending_labels WHERE model = ${literal(model.name)} AND id IN (
        SELECT s.id FROM ${settling} AS s
        INNER JOIN (SELECT id, max(labelled_at) AS newest FROM pending_labels
          WHERE model = ${literal(model.name)} AND id IN (SELECT id FROM ${settling}) GROUP BY id) AS w
        ON w.id = s.id
        WHERE w.newest <= s.waited_at)`)
    },
    async ids() {
      const found = await rows<{ id: string }>(store.rollup, `SELECT DISTINCT id FROM ${settling}`)
      return found.map(({ id }) => id)
    },
    async end() {
      await run(`DROP TABLE IF EXISTS ${settling}`)
    },
  }
}

/** Versions that predict for the same request do so within this many hours. */
const SAME_REQUEST_HOURS = 1

/**
 * A select of waiting labels with the hours of the predictions that they belong to: the newest one of that id, which is
 * none of shadow traffic where there is another, and those that other versions made for the same request. The index tells
 * which hours to look into; the predictions themselves decide, since rows can have been deleted and hashes can collide.
 */
function found(model: string, cutoff: Date): string {
  const { labelIndex, predictions } = silverTables(model)
  const waiting = `SELECT id, label, labelled_at, labelled_after FROM pending_labels FINAL
    WHERE model = ${literal(model)} AND received_at <= ${instant(cutoff)}`
  // What would lie ahead came by the time that it was received.
  const came = `if(isNull(w.labelled_after), w.labelled_at,
    least(w.labelled_at, addMilliseconds(p.newest, assumeNotNull(w.labelled_after))))`
  return `SELECT w.id AS id, w.label AS label, ${came} AS labelled_at, w.labelled_at AS waited_at, p.hour AS hour
    FROM (${waiting}) AS w
    INNER JOIN (SELECT id, newest, arrayJoin(arrayDistinct(arrayMap(at -> toStartOfHour(at),
          arrayFilter(at -> at >= subtractHours(newest, ${SAME_REQUEST_HOURS}), times)))) AS hour
      FROM (SELECT id, groupArray(at) AS times, if(countIf(shadow = 0) = 0, max(at), maxIf(at, shadow = 0)) AS newest
        FROM (SELECT id, version, shadow, max(ts) AS at FROM ${predictions}
          WHERE toStartOfHour(ts) IN (
              SELECT hour FROM ${labelIndex} WHERE hash IN (SELECT sipHash64(id) FROM (${waiting})))
            AND id IN (SELECT id FROM (${waiting}))
          GROUP BY id, version, shadow)
        GROUP BY id)) AS p
    ON p.id = w.id`
}

/** Labels whose prediction has not been seen yet. */
export async function countPendingLabels(store: Store, model: string): Promise<number> {
  const counted = await rows<{ n: number }>(
    store.read,
    `SELECT count() AS n FROM pending_labels FINAL WHERE model = ${literal(model)}`,
  )
  return counted[0].n
}

/** Of each model with labels that wait for their predictions a text that changes when more of them come. */
export async function pendingLabelStates(store: Store): Promise<Map<string, string>> {
  const found = await rows<{ model: string; state: string }>(
    store.rollup,
    "SELECT model, concat(toString(count()), ' ', toString(max(received_at))) AS state FROM pending_labels GROUP BY model",
  )
  return new Map(found.map(({ model, state }) => [model, state]))
}

/** A table expression for the labelled predictions of the given hours: hour, version, shadow, label and some columns besides. */
export function labelledRows(
  model: string,
  from: Date,
  to: Date,
  among: string,
  sources: readonly string[] = [],
  tables: EventTables = silverTables(model),
): string {
  const own = ['version', 'shadow', ...sources.map(identifier)]
  return `(SELECT l.hour AS hour, ${own.map((name) => `p.${name} AS ${name}`).join(', ')}, l.label AS label
    FROM (SELECT hour, id, label FROM ${tables.labels} FINAL
      WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${among}) AS l
    INNER JOIN (SELECT toStartOfHour(ts) AS hour, ${[...new Set([identifier('id'), ...own])].join(', ')} FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)}) AS p
    ON l.hour = p.hour AND l.id = p.id)`
}

/** A table expression for the labelled predictions of the given hours with all their columns, `label` and `labelled_at`. */
export function labelledPredictions(
  model: Model,
  from: Date,
  to: Date,
  among: string,
  tables: EventTables = silverTables(model.name),
): string {
  const usable = model.task === 'regression' ? 'isFinite(label)' : 'isNotNull(label)'
  return `(SELECT p.*, l.label AS label, l.labelled_at AS labelled_at
    FROM (SELECT *, toStartOfHour(ts) AS hour FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)}) AS p
    INNER JOIN (SELECT hour, id, label, labelled_at FROM ${tables.labels} FINAL
      WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${among} AND ${usable}) AS l
    ON l.hour = p.hour AND l.id = p.id)`
}
