import { createHash } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import {
  activateBaseline,
  insertBaseline,
  listBaselines,
  type Baseline,
  type BaselineColumn,
  type BaselineSource,
} from '../store/baselines.ts'
import { modelColumns, type Column, type Model } from '../store/model.ts'
import { labelledPredictionsBetween } from '../store/predictions.ts'
import { rows } from '../store/query.ts'
import { recount } from '../store/recount.ts'
import type { BinnedColumn } from '../store/profile-sql.ts'
import type { Store } from '../store/client.ts'
import { deriveBinning } from './binning.ts'
import { profileColumns } from './profile.ts'

export interface BaselineRequest {
  model: Model
  name: string
  source: BaselineSource
  now: Date
  /** Told of the share of the work that is done, 0 to 1. */
  onProgress?: (share: number) => void
}

export type BaselineOutcome = { status: 'created'; baseline: Baseline } | { status: 'empty'; reason: string }

/** A baseline from the stored predictions, and their labels, of a pinned window of whole hours. */
export async function baselineFromWindow(
  store: Store,
  request: BaselineRequest & { source: { window: { from: string; to: string } } },
): Promise<BaselineOutcome> {
  const { from, to } = request.source.window
  const rowsOf = labelledPredictionsBetween(request.model.name, new Date(from), new Date(to))
  return createBaseline(store, store.rollup, rowsOf, modelColumns(request.model), request)
}

/**
 * Derives bins and counts of `columns` from the rows of `from`, a table expression on `client`, and stores
 * them as the model's next baseline.
 */
export async function createBaseline(
  store: Store,
  client: ClickHouseClient,
  from: string,
  columns: readonly Column[],
  request: BaselineRequest,
): Promise<BaselineOutcome> {
  const { model, now, onProgress = () => {} } = request
  const counted = await rows<{ n: number }>(client, `SELECT count() AS n FROM ${from}`)
  if (counted[0].n === 0) return { status: 'empty', reason: 'there are no rows' }
  if (columns.length === 0) return { status: 'empty', reason: 'none of the columns belongs to the model' }
  const binned: BinnedColumn[] = []
  for (const column of columns) {
    binned.push({ ...column, binning: await deriveBinning(client, from, column) })
    onProgress((0.8 * binned.length) / columns.length)
  }
  const profiles = await profileColumns(client, from, binned, (done) =>
    onProgress(0.8 + (0.2 * done) / columns.length),
  )
  const profiled = binned.map((column, i): BaselineColumn => ({ ...column, profile: profiles[i] }))
  const kept = profiled.filter(isPresent)
  const counts = {
    model: model.name,
    hash: digest(kept),
    binning: digest(kept.map(({ role, name, binning }) => ({ role, name, binning }))).slice(0, 16),
    name: request.name,
    source: request.source,
    rows: counted[0].n,
    createdAt: now.toISOString(),
  }
  return inTurn(async () => {
    const previous = await listBaselines(store, model.name)
    const baseline: Baseline = { ...counts, version: previous.length + 1 }
    await insertBaseline(store, baseline, kept)
    return { status: 'created', baseline }
  })
}

let turn: Promise<unknown> = Promise.resolve()

/** Runs what must not run twice at a time: of two baselines that are made at once, one has to be the next. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = turn.then(work)
  turn = done.catch(() => {})
  return done
}

/** Makes a baseline the active one and has every stored hour counted over its bins. */
export async function activate(store: Store, model: string, version: number, now: Date): Promise<void> {
  // Before, so that a crash in between leaves no hour uncounted; and after, for what is counted meanwhile.
  await recount(store, model, now)
  await activateBaseline(store, model, version, now)
  await recount(store, model, now)
}

/** A baseline without predictions, scores or labels has no such column, so that their checks can say so. */
function isPresent({ role, profile }: BaselineColumn): boolean {
  return role === 'feature' || profile.counts.some((count, slot) => slot > 0 && count > 0)
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
