import type { ColumnBinning, ColumnProfile } from './binning.ts'
import { classScoreColumn, CONFIDENCE, scoredClass } from './class-scores.ts'
import { decodeFloats, encodeFloats } from '../engine/floats.ts'
import { modelColumns, type Column, type Model, type Role } from '../../control/declared/model.ts'
import { insertEncoded, insertObjects, rows } from '../engine/query.ts'
import { storeBaseline, type Baseline } from '../../control/declared/baselines.ts'
import { array, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

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
  // Last: nothing may find a baseline of which there is not all.
  await storeBaseline(store.control, baseline)
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
  const stored = await storedColumns(store, baseline)
  const scores = model.task === 'multiclass' ? scoreColumns(stored) : []
  return [...declared, ...scores].flatMap((column) => fitting(column, stored) ?? [])
}

/** One column of {@link baselineColumns}; undefined where the baseline does not have it. */
export async function baselineColumn(
  store: Store,
  baseline: Baseline,
  column: Column,
): Promise<BaselineColumn | undefined> {
  const only = `AND role = ${literal(column.role)} AND column = ${literal(column.name)}`
  return fitting(column, await storedColumns(store, baseline, only))
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

export type StoredColumn = Pick<BaselineColumn, 'role' | 'name' | 'binning' | 'profile'>

/** All columns of a baseline, whether or not the model still declares them, in the order in which they were counted. */
export async function storedColumns(
  store: Store,
  { model, binning: id, version }: Pick<Baseline, 'model' | 'binning' | 'version'>,
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
