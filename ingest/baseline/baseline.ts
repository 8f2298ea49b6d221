import type { Control } from '../../control/database/control.ts'
import { digest } from '../../control/declared/digest.ts'
import { bindBaseline } from '../../control/declared/baseline-bindings.ts'
import {
  activateBaseline,
  type Baseline,
  type BaselineSource,
  type BaselineWindow,
} from '../../control/declared/baselines.ts'
import { insertBaseline, type BaselineColumn } from '../../store/profiles/baselines.ts'
import { claimBaselineNumber } from '../../control/declared/baselines.ts'
import type { ColumnBinning } from '../../store/profiles/binning.ts'
import { classScoreColumn, unfoldScores } from '../../store/profiles/class-scores.ts'
import { insertBaselineLabelled } from '../../store/labelled/labelled-profiles.ts'
import { modelColumns, type Column, type Model } from '../../control/declared/model.ts'
import { labelledPredictionsBetween } from '../../store/events/predictions.ts'
import { onShards } from '../../store/events/silver.ts'
import { narrowTables } from '../../store/profiles/narrow-tables.ts'
import { invalidRows } from '../../store/events/quality.ts'
import { recount } from '../../store/events/recount.ts'
import { countedRows, type RowSource } from '../../store/profiles/row-source.ts'
import type { Store } from '../../store/engine/client.ts'
import { scoredClasses, splitByClass, withConfidence } from './class-scores.ts'
import { labelledColumns } from './labelled.ts'
import { profileBaseline } from './profile-baseline.ts'
import { profileSegments } from './profile.ts'
import { deriveSegments } from './segments.ts'

export interface BaselineRequest {
  model: Model
  name: string
  source: BaselineSource
  now: Date
  /** Rows whose value could not be used, by column, where that is known. */
  invalid?: Readonly<Record<string, number>>
  /** Whether the rows are still those that were counted first; rows of a file always are. */
  isUnchanged?: () => Promise<boolean>
  /** Told of the share of the work that is done, 0 to 1. */
  onProgress?: (share: number) => void
}

export type BaselineOutcome =
  | { status: 'created'; baseline: Baseline }
  | { status: 'empty'; reason: string }
  /** Rows arrived while they were counted, so that the counts do not belong together. */
  | { status: 'changing'; reason: string }

/** So often a window is counted anew while rows arrive in it. */
const ATTEMPTS = 5

/** A baseline from the stored predictions, and their labels, of a pinned window of whole hours. */
export async function baselineFromWindow(
  store: Store,
  request: BaselineRequest & { source: { window: BaselineWindow } },
): Promise<BaselineOutcome> {
  const { model, source } = request
  const { from, to, version } = source.window
  const rowsOf = onShards(store, model.name, (tables) =>
    labelledPredictionsBetween(model.name, new Date(from), new Date(to), version, tables),
  )
  const scored = model.task === 'multiclass' ? await scoredClasses(store.rollup, rowsOf) : []
  const columns = [...modelColumns(model), ...scored.map(classScoreColumn)]
  const count = () => countedRows(store.rollup, unfoldScores(rowsOf, columns))
  for (let attempt = 1; ; attempt++) {
    const labelled = await count()
    const invalid = await invalidRows(store, model.name, { from: new Date(from), to: new Date(to), version })
    const isUnchanged = async () => (await count()).rows === labelled.rows
    const outcome = await createBaseline(store, labelled, columns, { ...request, invalid, isUnchanged })
    if (outcome.status !== 'changing' || attempt === ATTEMPTS) return outcome
  }
}

/** So many columns share statements. */
const COLUMNS_AT_ONCE = 20

/** Derives bins and counts of `columns` from rows, and stores them as the model's next baseline. */
export async function createBaseline(
  store: Store,
  rowsOf: RowSource,
  columns: readonly Column[],
  request: BaselineRequest,
): Promise<BaselineOutcome> {
  const { model, now, onProgress = () => {} } = request
  const client = store.rollup
  if (rowsOf.rows === 0) return { status: 'empty', reason: 'there are no rows' }
  if (columns.length === 0) return { status: 'empty', reason: 'none of the columns belong to the model' }
  const unfolded = withConfidence(rowsOf, columns)
  const complete = (binning: ColumnBinning, column: Column) =>
    withOutcome(binning, column, model, unfolded.classes)
  const profiled: BaselineColumn[] = []
  for await (const narrow of narrowTables(client, unfolded.source, unfolded.columns)) {
    for (let start = 0; start < narrow.columns.length; start += COLUMNS_AT_ONCE) {
      const some = narrow.columns.slice(start, start + COLUMNS_AT_ONCE)
      profiled.push(...(await profileBaseline(client, narrow.source, some, complete)))
      onProgress((0.9 * profiled.length) / unfolded.columns.length)
    }
  }
  const source = unfolded.source.from(unfolded.columns.map((column) => column.source))
  const kept = profiled.filter(isPresent)
  const segments = await deriveSegments(client, source, model, kept)
  const split = await profileSegments(client, source, kept, segments)
  const labelled = await labelledColumns(client, source, model.task, kept, segments)
  const counts = {
    model: model.name,
    // Without the sums over labels, whose last digits depend on the order in which the engine adds.
    hash: digest([
      kept,
      labelled.map(({ role, column, counts }) => [role, column, counts]),
      ...split.map(({ segment, role, name, profile }) => [segment, role, name, profile.counts]),
    ]),
    binning: digest([...kept.map(({ role, name, binning }) => ({ role, name, binning })), ...segments]).slice(
      0,
      16,
    ),
    name: request.name,
    source: request.source,
    rows: rowsOf.rows,
    ...(request.invalid === undefined ? {} : { invalid: request.invalid }),
    createdAt: now.toISOString(),
    ...(segments.length === 0 ? {} : { segments }),
  }
  if (request.isUnchanged !== undefined && !(await request.isUnchanged()))
    return { status: 'changing', reason: 'predictions kept arriving in the window while it was counted' }
  const version = await claimBaselineNumber(store.control, model.name)
  const baseline: Baseline = { ...counts, version }
  await insertBaselineLabelled(store, baseline, labelled)
  await insertBaseline(store, baseline, kept, split)
  return { status: 'created', baseline }
}

/** What the bins of an outcome tell besides: the positive class of labels, the classes of `confidence`. */
function withOutcome(
  binning: ColumnBinning,
  { role }: Column,
  { task, positive }: Model,
  classes: readonly string[],
): ColumnBinning {
  if (role === 'confidence' && binning.kind === 'numeric') return splitByClass(binning, classes)
  if (role !== 'label' || binning.kind !== 'categorical' || task !== 'binary') return binning
  // `true` is spelled 1; nothing else says by itself which class is meant.
  const known = positive ?? binning.categories.find((category) => category === '1')
  return known === undefined ? binning : { ...binning, positive: known }
}

/** Does work on the control database, with what else belongs to it. */
type Commit = (work: (control: Control) => Promise<void>) => Promise<void>

/** Makes a baseline the active one and has every stored hour counted over its bins. */
export async function activate(
  store: Store,
  model: string,
  version: number,
  now: Date,
  commit: Commit = (work) => work(store.control),
): Promise<void> {
  // Before, so that a crash in between leaves no hour uncounted; and after, for what is counted meanwhile.
  await recount(store, model, now)
  await commit((control) => activateBaseline(control, model, version))
  await recount(store, model, now)
}

/**
 * Has a version of the model compared with a baseline of its own, or without one with the active baseline again. Every
 * stored hour that holds predictions of it is counted anew, and so its windows are evaluated again.
 */
export async function bind(
  store: Store,
  model: string,
  version: string,
  baseline: number | undefined,
  now: Date,
  commit: Commit = (work) => work(store.control),
): Promise<void> {
  // Before and after, as in `activate`.
  await recount(store, model, now, version)
  await commit((control) => bindBaseline(control, model, version, baseline))
  await recount(store, model, now, version)
}

/** A baseline without predictions, scores or labels has no such column, so that their checks can say so. */
function isPresent({ role, profile }: BaselineColumn): boolean {
  return role === 'feature' || profile.counts.some((count, slot) => slot > 0 && count > 0)
}
