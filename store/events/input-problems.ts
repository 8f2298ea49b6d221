import { insertEncoded, rows } from '../engine/query.ts'
import { hourLiteral, instant, literal } from '../engine/sql.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'

/**
 * Values that were not what was declared, by the hour of their event. Only counts: an event that is delivered again
 * counts again, which a row of its own for each event would not be worth.
 */
export const INPUT_PROBLEM_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS input_problems (
    model LowCardinality(String), hour DateTime('UTC'), field String, reason LowCardinality(String),
    events SimpleAggregateFunction(sum, UInt64),
    last_received SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    example SimpleAggregateFunction(anyLast, String), resembles SimpleAggregateFunction(anyLast, String)
  ) ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(hour) ORDER BY (model, hour, field, reason)`,
]

/** Events of one hour with the same problem. */
export interface InputProblem {
  /** Beginning of the hour of the events, milliseconds since 1970. */
  hour: number
  field: string
  reason: string
  events: number
  /** A value as it came, cut to a bearable length: data of the users, to be escaped wherever it is shown. */
  example: string
  /** The declared name that the field resembles; empty where it resembles none. */
  resembles: string
}

/** A problem as {@link insertInputProblems} takes it. */
export function inputProblemLine(model: string, problem: InputProblem, receivedAt: Date): string {
  const { hour, field, reason, events, example, resembles } = problem
  return JSON.stringify([model, hour / 1000, field, reason, events, receivedAt.getTime(), example, resembles])
}

export async function insertInputProblems(
  store: Store,
  _model: Model,
  lines: readonly string[],
): Promise<void> {
  const columns = ['model', 'hour', 'field', 'reason', 'events', 'last_received', 'example', 'resembles']
  await insertEncoded(store.ingest, 'input_problems', columns, lines)
}

/** One problem of a field over a period. */
export interface FieldProblem {
  field: string
  reason: string
  events: number
  /** When the last of these events came in, milliseconds since 1970. */
  lastReceived: number
  example: string
  resembles: string
  /** Beginnings of the hours that have any, epoch seconds, with the events of each. */
  hours: [number, number][]
}

/** The most frequent problems of `[from, to)`, at most `limit`; `field` keeps those of one field, and of names that resemble it. */
export async function readInputProblems(
  store: Store,
  model: string,
  { from, to }: { from: Date; to: Date },
  { limit, field }: { limit: number; field?: string | undefined },
): Promise<FieldProblem[]> {
  return rows<FieldProblem>(
    store.read,
    `SELECT field, reason, sum(n) AS events, toUnixTimestamp64Milli(max(last)) AS lastReceived,
       argMax(shown, last) AS example, argMax(alike, last) AS resembles,
       arraySort(groupArray((toUnixTimestamp(hour), n))) AS hours
     FROM (SELECT hour, field, reason, sum(events) AS n, max(last_received) AS last, argMax(example, last_received) AS shown,
         argMax(resembles, last_received) AS alike
       FROM input_problems
       WHERE model = ${literal(model)} AND hour >= ${hourLiteral(from)} AND hour < ${instant(to)}
         ${field === undefined ? '' : `AND ${concerns(field)}`}
       GROUP BY hour, field, reason)
     GROUP BY field, reason ORDER BY events DESC, field, reason LIMIT ${limit}`,
  )
}

/** Of features a name that resembles another is stored without the path that both have. */
function concerns(field: string): string {
  const name = /^features\.(.+)$/s.exec(field)?.[1]
  const alike = name === undefined ? '' : `OR (reason = 'unknown_feature' AND resembles = ${literal(name)})`
  return `(field = ${literal(field)} OR resembles = ${literal(field)} ${alike})`
}
