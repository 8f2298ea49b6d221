import { MINUTE_MS } from '../../domain/time.ts'
import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { insertObjects, rows } from '../engine/query.ts'
import type { Stream } from '../profiles/profiles.ts'
import type { Store } from '../engine/client.ts'

export interface DirtyHour {
  stream: Stream
  hour: Date
  batch: string
  /** Counted although its rows were never said to be written. */
  abandoned?: boolean
}

/** A batch announced this long ago and never confirmed was abandoned by a crash; its hours are dirty too. */
export const ABANDONED_AFTER_MS = 5 * MINUTE_MS

/** Rows of the table beyond which batches that are done with are deleted; a delete costs far more than an insert. */
const SWEEP_AT_ROWS = 50_000

export const DIRTY_STATES = { announced: 0, confirmed: 1, done: 2 } as const
const SECOND = 1000
/** A batch that was announced at this time is never taken for abandoned again, and still dirty once it is confirmed. */
const SETTLED_UNCONFIRMED = new Date(Date.UTC(2100, 0, 1))

/** That a batch of rows has reached a state. */
export interface DirtyMark extends DirtyHour {
  model: string
  state: keyof typeof DIRTY_STATES
  at: Date
}

/**
 * Writes marks in one statement. A batch is `announced` before its rows are written, so that a crash in between leaves
 * a trace, `confirmed` once they are, and `done` with when they are counted.
 */
export async function writeMarks(client: ClickHouseClient, marks: readonly DirtyMark[]): Promise<void> {
  await insertObjects(
    client,
    'dirty_hours',
    marks.map(({ model, stream, hour, batch, state, at }) => ({
      model,
      part: stream,
      hour: hour.getTime() / SECOND,
      batch,
      state: DIRTY_STATES[state],
      at: at.getTime(),
    })),
  )
}

const mark = (
  client: ClickHouseClient,
  model: string,
  hours: readonly DirtyHour[],
  state: keyof typeof DIRTY_STATES,
  at: Date,
) =>
  writeMarks(
    client,
    hours.map((hour) => ({ ...hour, model, state, at })),
  )

/** To be called before rows of these hours are written. */
export const announceDirty = (store: Store, model: string, hours: readonly DirtyHour[], at: Date) =>
  mark(store.ingest, model, hours, 'announced', at)

/** To be called once the rows are written. */
export const confirmDirty = (store: Store, model: string, hours: readonly DirtyHour[], at: Date) =>
  mark(store.ingest, model, hours, 'confirmed', at)

/** Marks hours for counting again, for whoever changes silver tables by other ways than the intake. */
export async function markDirty(
  store: Store,
  model: string,
  streams: readonly Stream[],
  hours: readonly Date[],
  at: Date,
): Promise<void> {
  const batch = randomUUID()
  await confirmDirty(
    store,
    model,
    streams.flatMap((stream) => hours.map((hour) => ({ stream, hour, batch }))),
    at,
  )
}

/** To be called once the profiles of these very batches are published; later batches stay dirty. */
export async function settleDirty(
  store: Store,
  model: string,
  hours: readonly DirtyHour[],
  at: Date,
): Promise<void> {
  // A write that was only slow is confirmed later, and must then be counted again.
  const abandoned = hours.filter((hour) => hour.abandoned === true)
  const confirmed = hours.filter((hour) => hour.abandoned !== true)
  await mark(store.rollup, model, confirmed, 'done', at)
  await mark(store.rollup, model, abandoned, 'announced', SETTLED_UNCONFIRMED)
  const [{ n }] = await rows<{ n: number }>(store.rollup, 'SELECT count() AS n FROM dirty_hours')
  if (n < SWEEP_AT_ROWS) return
  // By batch, so that all states of it go at once: deleting the newest alone would bring back an older one.
  await store.rollup.command({
    query: `DELETE FROM dirty_hours WHERE batch IN (SELECT batch FROM dirty_hours WHERE state = ${DIRTY_STATES.done})`,
  })
}

/** Models of which there are hours to be counted: see {@link dirtyHours}. */
export async function modelsWithDirtyHours(store: Store, at: Date): Promise<Set<string>> {
  const found = await rows<{ model: string }>(
    store.rollup,
    `SELECT DISTINCT model FROM (
       SELECT model, max(state) AS reached, max(at) AS latest FROM dirty_hours GROUP BY model, part, hour, batch)
     WHERE reached = ${DIRTY_STATES.confirmed} OR (reached = ${DIRTY_STATES.announced}
       AND toUnixTimestamp64Milli(latest) < ${at.getTime() - ABANDONED_AFTER_MS})`,
  )
  return new Set(found.map(({ model }) => model))
}

/** Hours whose rows are written, or were abandoned while being written, and are not rolled up yet. */
export async function dirtyHours(
  store: Store,
  model: string,
  at: Date,
  client: ClickHouseClient = store.rollup,
): Promise<DirtyHour[]> {
  const found = await rows<{ part: Stream; hour: number; batch: string; reached: number }>(
    client,
    `SELECT part, toUnixTimestamp(hour) AS hour, batch, reached FROM (
       SELECT part, hour, batch, max(state) AS reached, max(at) AS latest
       FROM dirty_hours WHERE model = {model:String} GROUP BY part, hour, batch)
     WHERE reached = ${DIRTY_STATES.confirmed}
        OR (reached = ${DIRTY_STATES.announced} AND toUnixTimestamp64Milli(latest) < {abandoned:Int64})
     ORDER BY hour`,
    { model, abandoned: at.getTime() - ABANDONED_AFTER_MS },
  )
  return found.map(({ part, hour, batch, reached }) => ({
    stream: part,
    hour: new Date(hour * SECOND),
    batch,
    abandoned: reached === DIRTY_STATES.announced,
  }))
}
