import type { ColumnBinning, ColumnProfile } from './binning.ts'
import { classScoreColumn, CONFIDENCE, scoredClass } from './class-scores.ts'
import { decodeFloats, encodeFloats } from '../engine/floats.ts'
import { modelColumns, type Column, type Model, type Role } from '../declared/model.ts'
import { insertEncoded, insertObjects, rows } from '../engine/query.ts'
import type { SegmentColumn } from './segments.ts'
import { array, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** Where the rows of a baseline came from. */
export type BaselineSource = { file: string } | { window: BaselineWindow }

/** `[from, to)`, ISO 8601. */
export interface BaselineWindow {
  from: string
  to: string
  /** Only predictions of this version of the model, where it is given. */
  version?: string | undefined
}

export interface Baseline {
  model: string
  /** Counts up from 1 within a model; a number that two processes claim at once is skipped. */
  version: number
  /** SHA-256 of what was counted: columns, bins and counts; equal content has an equal hash. */
  hash: string
  binning: string
  name: string
  source: BaselineSource
  rows: number
  createdAt: string
  /** How rows are split over this binning; absent where the model had no segment columns then. */
  segments?: readonly SegmentColumn[]
}

export interface BaselineColumn extends Column {
  binning: ColumnBinning
  profile: ColumnProfile
}

/** A column of a baseline over the rows of a segment. */
export interface SegmentProfile extends Pick<Column, 'role' | 'name'> {
  segment: string
  profile: ColumnProfile
}

/** Stores a baseline with its bins and counts. It is never changed afterwards. */
export async function insertBaseline(
  store: Store,
  baseline: Baseline,
  columns: readonly BaselineColumn[],
  segments: readonly SegmentProfile[],
): Promise<void> {
  const { model, version, binning } = baseline
  await insertObjects(
    store.rollup,
    'binnings',
    columns.map(({ role, name, binning: document }, position) => ({
      model,
      binning,
      position,
      role,
      column: name,
      document: JSON.stringify(document),
    })),
  )
  await insertEncoded(
    store.rollup,
    'baseline_profiles',
    ['model', 'version', 'role', 'column', 'segment', 'counts', 'sums', 'squares'],
    [...columns.map((column) => ({ ...column, segment: '' })), ...segments].map(
      ({ role, name, segment, profile: { counts, sums, squares } }) =>
        JSON.stringify([
          model,
          version,
          role,
          name,
          segment,
          counts,
          encodeFloats(sums),
          ...encodeFloats([squares]),
        ]),
    ),
  )
  await insertObjects(store.rollup, 'baselines', [
    {
      model,
      version,
      hash: baseline.hash,
      binning,
      document: JSON.stringify(baseline),
      created_at: new Date(baseline.createdAt).getTime(),
    },
  ])
}

/** Makes a baseline the one that monitors compare with. */
export async function activateBaseline(
  store: Store,
  model: string,
  version: number,
  now: Date,
): Promise<void> {
  await insertObjects(store.rollup, 'baseline_activations', [{ model, version, activated_at: now.getTime() }])
}

/** Leaves a model without an active baseline: no baseline has the version 0. */
export const deactivateBaseline = (store: Store, model: string, now: Date) =>
  activateBaseline(store, model, 0, now)

/** All baselines of a model, oldest first. */
export async function listBaselines(store: Store, model: string): Promise<Baseline[]> {
  const found = await rows<{ document: string }>(
    store.read,
    `SELECT document FROM baselines FINAL WHERE model = ${literal(model)} ORDER BY version`,
  )
  return found.map(({ document }) => JSON.parse(document) as Baseline)
}

/** The baseline activated last, if any was. */
export async function activeBaseline(store: Store, model: string): Promise<Baseline | undefined> {
  const found = await rows<{ document: string }>(
    store.read,
    `SELECT document FROM baselines FINAL WHERE model = ${literal(model)} AND version = (
       SELECT argMax(version, activated_at) FROM baseline_activations WHERE model = ${literal(model)})`,
  )
  return found[0] === undefined ? undefined : (JSON.parse(found[0].document) as Baseline)
}

/** Models that have an active baseline. */
export async function modelsWithBaseline(store: Store): Promise<Set<string>> {
  const found = await rows<{ model: string }>(
    store.read,
    'SELECT DISTINCT model FROM baseline_activations WHERE (model, version) IN (SELECT model, version FROM baselines)',
  )
  return new Set(found.map(({ model }) => model))
}

/**
 * The columns of a baseline that the model still declares, with their bins and counts, in the model's order; of a
 * multiclass model those of its classes' scores come last.
 */
export async function baselineColumns(
  store: Store,
  model: Model,
  baseline: Baseline,
): Promise<BaselineColumn[]> {
  const declared = modelColumns(model)
  const stored = await storedColumns(store, model, baseline)
  const scores = model.task === 'multiclass' ? scoreColumns(stored) : []
  return [...declared, ...scores].flatMap((column) => fitting(column, stored) ?? [])
}

/** One column of {@link baselineColumns}; undefined where the baseline does not have it. */
export async function baselineColumn(
  store: Store,
  model: Model,
  baseline: Baseline,
  column: Column,
): Promise<BaselineColumn | undefined> {
  const only = `AND role = ${literal(column.role)} AND column = ${literal(column.name)}`
  return fitting(column, await storedColumns(store, model, baseline, only))
}

/** The profiles of some segments of a baseline; absent where a segment has no rows. */
export async function baselineSegments(
  store: Store,
  { model, version }: Pick<Baseline, 'model' | 'version'>,
  segments: readonly string[],
  column?: Pick<Column, 'role' | 'name'>,
): Promise<SegmentProfile[]> {
  const only =
    column === undefined ? '' : `AND role = ${literal(column.role)} AND column = ${literal(column.name)}`
  const found = await rows<Pick<SegmentProfile, 'role' | 'name' | 'segment'> & StoredSums>(
    store.read,
    `SELECT role, column AS name, segment, counts, sums, squares FROM baseline_profiles FINAL
     WHERE model = ${literal(model)} AND version = ${version}
       AND segment IN (${array(segments.map(literal), 'String')}) ${only}`,
  )
  return found.map(({ role, name, segment, counts, sums, squares }) => ({
    role,
    name,
    segment,
    profile: { counts, sums: decodeFloats(sums), squares: decodeFloats([squares])[0] },
  }))
}

interface StoredSums {
  counts: number[]
  sums: (number | null)[]
  squares: number | null
}

type StoredColumn = Pick<BaselineColumn, 'role' | 'name' | 'binning' | 'profile'>

async function storedColumns(
  store: Store,
  { name: model }: Model,
  { binning: id, version }: Baseline,
  only = '',
): Promise<Map<string, StoredColumn>> {
  const found = await rows<{ role: Role; column: string; document: string } & StoredSums>(
    store.read,
    `SELECT b.role AS role, b.column AS column, b.document AS document, p.counts AS counts, p.sums AS sums,
       p.squares AS squares
     FROM (SELECT * FROM binnings FINAL
       WHERE model = ${literal(model)} AND binning = ${literal(id)} ${only}) AS b
     INNER JOIN (SELECT * FROM baseline_profiles FINAL
       WHERE model = ${literal(model)} AND version = ${version} AND segment = '' ${only}) AS p
     ON p.role = b.role AND p.column = b.column
     ORDER BY b.position`,
  )
  const columns = found.map(({ role, column, document, counts, sums, squares }) => ({
    role,
    name: column,
    binning: JSON.parse(document) as ColumnBinning,
    profile: { counts, sums: decodeFloats(sums), squares: decodeFloats([squares])[0] },
  }))
  return new Map(columns.map((column) => [keyOf(column), column]))
}

const keyOf = ({ role, name }: Pick<Column, 'role' | 'name'>) => `${role} ${name}`

function scoreColumns(stored: ReadonlyMap<string, StoredColumn>): Column[] {
  return [...stored.values()].flatMap(({ role, name }) => {
    if (role === 'confidence') return [CONFIDENCE]
    const category = role === 'score' ? scoredClass(name) : undefined
    return category === undefined ? [] : [classScoreColumn(category)]
  })
}

/** The column with what is stored of it, if anything is and its kind is still the same. */
function fitting(column: Column, stored: ReadonlyMap<string, StoredColumn>): BaselineColumn | undefined {
  const found = stored.get(keyOf(column))
  if (found === undefined || found.binning.kind !== column.kind) return undefined
  return { ...column, binning: found.binning, profile: found.profile }
}
