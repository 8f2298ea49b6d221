import { modelDocuments } from '../../control/declared/model.ts'
import { monitors } from '../../control/declared/monitor.ts'
import {
  cutoffOf,
  MODEL_KINDS,
  retentionOf,
  type Keep,
  type ModelKind,
  type Retention,
} from '../../domain/retention.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { identifier, instant } from '../engine/sql.ts'
import { eventMonths, type EventMonth } from './event-months.ts'
import { SHARED_TABLES, type SharedTable } from './shared-tables.ts'

/** What of a model may go because of its age. */
export interface OldRows {
  /** Of a shared table it may be one that is no longer declared, or was never. */
  model: string
  kind: ModelKind
  keep: Keep
  /** What is older goes; undefined where everything is kept. */
  before: Date | undefined
  rows: number
  oldest: Date | undefined
  /** Where the rows are. */
  months: EventMonth[]
  shared: { table: SharedTable; owner: string }[]
}

/**
 * What is older than it is kept, by model and kind. The age is counted back from the newest month with events of the model,
 * so that the history of a model that has stopped, or of one that is replayed, stays.
 */
export async function findOldRows(store: Store, service: Retention, now: Date): Promise<OldRows[]> {
  const declared = await modelDocuments.list(store.control)
  const months = await eventMonths(store)
  const modelOf = new Map((await monitors.list(store.control)).map(({ name, model }) => [name, model]))
  const found = new Map<string, OldRows>()
  const add = (model: string, own: Partial<Record<ModelKind, Keep>> | undefined, newest: Date) => {
    const keeps = retentionOf(own, service)
    for (const kind of MODEL_KINDS) {
      const keep = keeps[kind]
      const before = cutoffOf(kind, keep, kind === 'dead_letters' ? now : newest)
      found.set(`${kind} ${model}`, {
        model,
        kind,
        keep,
        before,
        rows: 0,
        oldest: undefined,
        months: [],
        shared: [],
      })
    }
  }
  for (const { name, retention } of declared) add(name, retention, newestOf(months, name, now))
  const of = (kind: ModelKind, model: string): OldRows => {
    const key = `${kind} ${model}`
    if (!found.has(key)) add(model, undefined, now)
    return found.get(key)!
  }
  for (const month of months) {
    const old = of('events', month.model)
    if (old.before === undefined || month.end > old.before) continue
    old.months.push(month)
    note(old, month.rows, month.start)
  }
  for (const table of SHARED_TABLES) {
    const cutoffs = [...found.values()].filter(({ kind }) => kind === table.kind).map(({ before }) => before)
    const undeclared = cutoffOf(table.kind, service[table.kind], now)
    const latest = latestOf([...cutoffs, undeclared])
    if (latest === undefined) continue
    for (const { owner, day, count } of await daysBefore(store, table, latest)) {
      const old = of(table.kind, table.owner === 'monitor' ? (modelOf.get(owner) ?? '') : owner)
      if (old.before === undefined || day >= old.before) continue
      if (!old.shared.some((one) => one.table === table && one.owner === owner))
        old.shared.push({ table, owner })
      note(old, count, day)
    }
  }
  const names = new Set(declared.map(({ name }) => name))
  return [...found.values()].filter(({ model, rows: count }) => count > 0 || names.has(model))
}

function note(old: OldRows, count: number, from: Date): void {
  old.rows += count
  if (old.oldest === undefined || from < old.oldest) old.oldest = from
}

/** The end of the newest month with predictions of a model; not after `now`. */
function newestOf(months: readonly EventMonth[], model: string, now: Date): Date {
  // Reference features that name no time are kept by the month in which they came, which tells nothing of predictions.
  const ends = months
    .filter(({ model: owner, table }) => owner === model && table !== `reference_features_${model}`)
    .map(({ end }) => end.getTime())
  return ends.length === 0 ? now : new Date(Math.min(Math.max(...ends), now.getTime()))
}

function latestOf(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.filter((time) => time !== undefined).map((time) => time.getTime())
  return known.length === 0 ? undefined : new Date(Math.max(...known))
}

/** How many rows a table has of each day before a time, by owner. */
async function daysBefore(
  store: Store,
  { name, time, owner }: SharedTable,
  before: Date,
): Promise<{ owner: string; day: Date; count: number }[]> {
  const found = await rows<{ owner: string; day: number; count: number }>(
    store.rollup,
    `SELECT toString(${owner}) AS owner, toUnixTimestamp(toStartOfDay(${time})) AS day, count() AS count
     FROM ${identifier(name)} WHERE ${time} < ${instant(before)} GROUP BY owner, day`,
  )
  return found.map(({ day, ...one }) => ({ ...one, day: new Date(day * 1000) }))
}
