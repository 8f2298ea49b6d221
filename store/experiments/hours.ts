import { HOUR_MS } from '../../domain/time.ts'
import { SHADOW, type Experiment } from '../../control/declared/experiment.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { insertObjects, rows } from '../engine/query.ts'
import { hourLiteral, instant, literal } from '../engine/sql.ts'
import { onShards, type EventTables } from '../events/silver.ts'
import { experimentLoss, hourSums } from './loss-sql.ts'

export const EXPERIMENT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS experiment_hours (
    model LowCardinality(String), experiment LowCardinality(String), definition LowCardinality(String),
    side LowCardinality(String), hour DateTime('UTC'), fingerprint UInt64,
    n UInt64, sum Float64, squares Float64, predictions UInt64, counted_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(counted_at) PARTITION BY toYYYYMM(hour)
  ORDER BY (model, experiment, definition, side, hour)`,
]

/** Of a paired experiment the differences of pairs; of a split one each version. */
export type Side = 'pairs' | 'champion' | 'challenger'

/** What one hour adds on a side. */
export interface StoredHour {
  side: Side
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
  n: number
  sum: number
  /** About the hour's own mean. */
  squares: number
  /** Predictions of the side, with a loss or without; of pairs those of the champion. */
  predictions: number
}

/** Versions answer the same request within this time. */
const SAME_REQUEST_MS = HOUR_MS

/**
 * Counts hours of an experiment anew from the stored rows, `[from, to)`, and stores them; an hour without rows is stored
 * as empty, so that it counts as looked at.
 * @param fingerprint of the rows that the counts are based on
 */
export async function countHours(
  store: Store,
  { model, experiment, definition }: { model: Model; experiment: Experiment; definition: string },
  { from, to, fingerprint, now }: { from: Date; to: Date; fingerprint: (hour: number) => string; now: Date },
): Promise<void> {
  const sides: Side[] = experiment.design === 'paired' ? ['pairs'] : ['champion', 'challenger']
  const found = new Map<string, StoredHour>()
  for (const side of sides)
    for (const one of await count(store, model, experiment, side, { from, to }))
      found.set(`${side} ${one.hour}`, one)
  const all: StoredHour[] = []
  for (let hour = from.getTime(); hour < to.getTime(); hour += HOUR_MS)
    for (const side of sides)
      all.push(found.get(`${side} ${hour}`) ?? { side, hour, n: 0, sum: 0, squares: 0, predictions: 0 })
  await insertObjects(
    store.rollup,
    'experiment_hours',
    all.map(({ hour, ...one }) => ({
      model: model.name,
      experiment: experiment.name,
      definition,
      ...one,
      hour: hour / 1000,
      fingerprint: fingerprint(hour),
      counted_at: now.getTime(),
    })),
  )
}

async function count(
  store: Store,
  model: Model,
  experiment: Experiment,
  side: Side,
  span: { from: Date; to: Date },
): Promise<StoredHour[]> {
  const source = lossRows(store, { model, experiment }, side, span)
  const found = await rows<Omit<StoredHour, 'side' | 'hour'> & { at: number }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, ${hourSums('loss')}, count() AS predictions FROM ${source} GROUP BY hour`,
  )
  return found.map(({ at, ...one }) => ({ ...one, side, hour: at * 1000 }))
}

/**
 * A table expression over `hour` and `loss` of each prediction of a side: null without one.
 * @param more expressions by alias over a prediction, of pairs over that of the champion
 */
export function lossRows(
  store: Store,
  { model, experiment }: { model: Model; experiment: Experiment },
  side: Side,
  span: { from: Date; to: Date },
  more: Readonly<Record<string, string>> = {},
): string {
  return onShards(store, model.name, (tables) =>
    side === 'pairs'
      ? pairs(tables, model, experiment, span, more)
      : versionRows(tables, model, experiment, side, span, more),
  )
}

const selected = (more: Readonly<Record<string, string>>) =>
  Object.entries(more)
    .map(([alias, expression]) => `, ${expression} AS ${alias}`)
    .join('')
const passedOn = (more: Readonly<Record<string, string>>, from: string) =>
  Object.keys(more)
    .map((alias) => `, ${from}${alias} AS ${alias}`)
    .join('')

/** The condition on the rows of a version of the experiment. Shadow traffic of the challenger is no champion. */
export function isVersion({ champion, challenger }: Experiment, which: 'champion' | 'challenger'): string {
  if (challenger !== SHADOW) return `version = ${literal(which === 'champion' ? champion : challenger)}`
  return which === 'champion' ? `version = ${literal(champion)} AND shadow = 0` : 'shadow = 1'
}

const COLUMNS = 'id, ts, prediction, score, scores'

/** Hour and loss of each prediction of one version. */
function versionRows(
  tables: EventTables,
  model: Model,
  experiment: Experiment,
  side: 'champion' | 'challenger',
  { from, to }: { from: Date; to: Date },
  more: Readonly<Record<string, string>>,
): string {
  const loss = experimentLoss(experiment.metric, model, {
    prediction: 'p.prediction',
    score: 'p.score',
    scores: 'p.scores',
    label: 'l.label',
  })
  return `(SELECT p.hour AS hour, ${loss} AS loss${passedOn(more, 'p.')}
    FROM (SELECT toStartOfHour(ts) AS hour, ${COLUMNS}${selected(more)} FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${isVersion(experiment, side)}) AS p
    LEFT JOIN ${labels(tables, from, to)} AS l ON l.hour = p.hour AND l.id = p.id)`
}

/** Hour of each prediction of the champion, with what the challenger loses more on the same request: null without one. */
function pairs(
  tables: EventTables,
  model: Model,
  experiment: Experiment,
  { from, to }: { from: Date; to: Date },
  more: Readonly<Record<string, string>>,
): string {
  const lossOf = (row: string) =>
    experimentLoss(experiment.metric, model, {
      prediction: `${row}.prediction`,
      score: `${row}.score`,
      scores: `${row}.scores`,
      label: 'l.label',
    })
  const [wideFrom, wideTo] = [from.getTime() - SAME_REQUEST_MS, to.getTime() + SAME_REQUEST_MS]
  const apart = 'abs(toUnixTimestamp64Milli(a.ts) - toUnixTimestamp64Milli(b.ts))'
  // Where an id was used again, the answer that is nearest in time is that to the same request.
  return `(SELECT hour, loss${passedOn(more, '')} FROM (
    SELECT a.hour AS hour, a.id AS id, if(b.id != '' AND ${apart} <= ${SAME_REQUEST_MS}, ${lossOf('b')} - ${lossOf('a')}, NULL) AS loss,
      ${apart} AS apart${passedOn(more, 'a.')}
    FROM (SELECT toStartOfHour(ts) AS hour, ${COLUMNS}${selected(more)} FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${isVersion(experiment, 'champion')}) AS a
    LEFT JOIN (SELECT ${COLUMNS} FROM ${tables.predictions} FINAL
      WHERE ts >= ${instant(new Date(wideFrom))} AND ts < ${instant(new Date(wideTo))}
        AND ${isVersion(experiment, 'challenger')}) AS b ON b.id = a.id
    LEFT JOIN ${labels(tables, from, to)} AS l ON l.hour = a.hour AND l.id = a.id
    ORDER BY apart LIMIT 1 BY hour, id))`
}

function labels(tables: EventTables, from: Date, to: Date): string {
  return `(SELECT hour, id, label FROM ${tables.labels} FINAL
    WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND isNotNull(label))`
}

/** The stored hours of an experiment, ascending. */
export async function readHours(
  store: Store,
  { model, name, definition }: { model: string; name: string; definition: string },
): Promise<StoredHour[]> {
  const found = await rows<Omit<StoredHour, 'hour'> & { at: number }>(
    store.read,
    `SELECT side, toUnixTimestamp(hour) AS at, n, sum, squares, predictions FROM experiment_hours FINAL
     WHERE model = ${literal(model)} AND experiment = ${literal(name)} AND definition = ${literal(definition)}
     ORDER BY hour, side`,
  )
  return found.map(({ at, ...one }) => ({ ...one, hour: at * 1000 }))
}

/** Of the rows that each stored hour was counted from, what tells them from others. */
export async function countedFingerprints(
  store: Store,
  { model, name, definition }: { model: string; name: string; definition: string },
): Promise<Map<number, string>> {
  const found = await rows<{ at: number; of: string }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, toString(any(fingerprint)) AS of FROM experiment_hours FINAL
     WHERE model = ${literal(model)} AND experiment = ${literal(name)} AND definition = ${literal(definition)}
     GROUP BY hour`,
  )
  return new Map(found.map(({ at, of }) => [at * 1000, of]))
}

/**
 * The same of the rows that are stored now, for the hours of `[from, to)` that have any: it changes with every row that
 * comes, late or as a correction, whatever is counted elsewhere. Features are not read.
 */
export async function storedFingerprints(
  store: Store,
  model: string,
  from: Date,
  to: Date,
): Promise<Map<number, string>> {
  const sums = (time: string, value: string) =>
    `count() AS n, sum(toUnixTimestamp64Milli(${time})) AS times, sum(${value}) AS content`
  // A correction may have the same time as what it corrects.
  const label = "cityHash64(id, isNull(label), ifNull(toString(label), ''))"
  const source = onShards(
    store,
    model,
    (
      tables,
    ) => `(SELECT toStartOfHour(ts) AS hour, 'p' AS of, ${sums('received_at', '0')} FROM ${tables.predictions} FINAL
        WHERE ts >= ${instant(from)} AND ts < ${instant(to)} GROUP BY hour
      UNION ALL
      SELECT hour, 'l' AS of, ${sums('labelled_at', label)} FROM ${tables.labels} FINAL
        WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} GROUP BY hour)`,
  )
  const found = await rows<{ at: number; fingerprint: string }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, toString(sum(cityHash64(of, n, times, content))) AS fingerprint
     FROM (SELECT hour, of, sum(n) AS n, sum(times) AS times, sum(content) AS content FROM ${source} GROUP BY hour, of) GROUP BY hour`,
  )
  return new Map(found.map(({ at, fingerprint }) => [at * 1000, fingerprint]))
}
