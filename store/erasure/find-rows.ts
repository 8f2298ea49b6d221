import { HOUR_MS } from '../../domain/time.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, identifier, literal } from '../engine/sql.ts'
import { findDeadLettersOf } from './dead-letters.ts'
import type { DeadLetterPlace } from '../events/dead-letter-id.ts'
import { personalTables, type PersonalTable, type Sought } from './sought.ts'

/** What is stored under ids; each prediction, label, reference row and dead letter counts once, however often it came. */
export interface PersonalRows {
  predictions: number
  labels: number
  waitingLabels: number
  inferenceLogs: number
  referenceFeatures: number
  deadLetters: DeadLetterPlace[]
  /** Hours of predictions or labels, ascending: their counts contain the rows. */
  hours: Date[]
  /** Hours with example values of input problems that may come from the rows. */
  exampleHours: Date[]
  /** Ids under which nothing is stored, not even a dead letter. */
  notFound: number
}

interface Row {
  id: string
  /** Seconds since 1970. */
  hour: number
  labelled: number
}

/** Finds what is stored under ids, every version of it. */
export async function findRows(store: Store, sought: Sought): Promise<PersonalRows> {
  const { model, ids } = sought
  const tables = personalTables(sought)
  const select = <T>(columns: string, { table, condition }: PersonalTable) =>
    rows<T>(store.rollup, `SELECT DISTINCT ${columns} FROM ${identifier(table)} WHERE ${condition}`)
  const labelled = 'toUnixTimestamp64Milli(labelled_at) AS labelled'
  const predictions = await select<Row>('id, toUnixTimestamp(toStartOfHour(ts)) AS hour', tables.predictions)
  const labels = await select<Row>(`id, toUnixTimestamp(hour) AS hour, ${labelled}`, tables.labels)
  const waiting = await select<Row>(`id, ${labelled}`, tables.pendingLabels)
  const logs = await select<{ id: string }>('id, part', tables.inferenceLogs)
  const reference = await select<Pick<Row, 'id' | 'hour'>>(
    'id, toUnixTimestamp(hour) AS hour',
    tables.reference,
  )
  const { deadLetters, named } = await findDeadLettersOf(store, sought)
  const hours = distinctHours([...predictions, ...labels].map(({ hour }) => hour * 1000))
  const found = new Set([...predictions, ...labels, ...waiting, ...logs, ...reference].map(({ id }) => id))
  const isFound = (id: string) => found.has(id) || named.has(id) || found.has(id.replace(/\/\d+$/, ''))
  return {
    predictions: predictions.length,
    labels: new Set(labels.map(({ id, hour }) => `${hour} ${id}`)).size,
    waitingLabels: new Set(waiting.map(({ id }) => id)).size,
    inferenceLogs: logs.length,
    referenceFeatures: reference.length,
    deadLetters,
    hours,
    exampleHours: await hoursWithExamples(
      store,
      model,
      distinctHours([
        ...hours.map((hour) => hour.getTime()),
        // A label that names no time of its prediction counts in the hour in which it came.
        ...[...labels, ...waiting].map((label) => label.labelled),
      ]),
    ),
    notFound: [...ids].filter((id) => !isFound(id)).length,
  }
}

function distinctHours(times: readonly number[]): Date[] {
  const hours = new Set(times.map((time) => Math.floor(time / HOUR_MS) * HOUR_MS))
  return [...hours].sort((a, b) => a - b).map((hour) => new Date(hour))
}

/** Those of the hours for which an example value of an input problem is stored. */
async function hoursWithExamples(store: Store, model: string, hours: readonly Date[]): Promise<Date[]> {
  if (hours.length === 0) return []
  const found = await rows<{ hour: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM input_problems
     WHERE model = ${literal(model)} AND example != '' AND hour IN (${hours.map(hourLiteral).join(', ')})`,
  )
  return distinctHours(found.map(({ hour }) => hour * 1000))
}
