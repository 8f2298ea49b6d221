import type { Baseline } from '../../control/declared/baselines.ts'
import type { Store } from '../engine/client.ts'
import { decodeFloats, encodeFloats } from '../engine/floats.ts'
import { inSpans } from '../profiles/hour-spans.ts'
import { columnsRead, labelledSelect, type LabelledSums } from './labelled-sql.ts'
import { labelledPredictions } from '../events/labels.ts'
import { silverTables } from '../events/silver.ts'
import { unfoldScores } from '../profiles/class-scores.ts'
import { IS_BIN_LOSS } from './bin-losses.ts'
import type { Model } from '../../control/declared/model.ts'
import { groupsBy, hoursOf, ofVersions, type HoursQuery, type Rollup } from '../profiles/profiles.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import { ofSlices, WHOLE_MODEL, type Slicing } from '../profiles/slicing.ts'
import { array, literal } from '../engine/sql.ts'

/**
 * Sums over the labelled rows of a column, slot by slot as its counts are (see `binning.ts`).
 *
 * Of classes `counts[slot * classes + class]` are rows, the last class being all that are not listed; `sums` and
 * `squares` are empty. Of numbers `counts[slot]` are rows, `sums[slot]` and `squares[slot]` the sums of `y - centre`
 * and of its square.
 */
export interface LabelledProfile {
  counts: readonly number[]
  sums: readonly number[]
  squares: readonly number[]
}

/** Sums over labelled rows of one column (see also `BinLosses`), or under the roles `loss` and `delay` of all of them. */
export interface LabelledColumn extends LabelledProfile {
  role: string
  column: string
}

/** Finds one among many. */
export function labelledOf(
  profiles: readonly LabelledColumn[],
  role: string,
  column = '',
): LabelledColumn | undefined {
  return profiles.find((profile) => profile.role === role && profile.column === column)
}

/** Sums the labelled rows of the given hours under a new generation, which nobody reads before it is published. */
export async function writeLabelledProfiles(
  store: Store,
  model: Model,
  rollup: Pick<Rollup, 'binning' | 'segments' | 'hours' | 'generation' | 'versions'>,
  sums: LabelledSums,
): Promise<void> {
  const { binning, segments, hours, generation } = rollup
  const { from, to, among } = hoursOf(hours)
  const { shards } = store
  const tables = silverTables(model.name, shards.local)
  const rows = unfoldScores(labelledPredictions(model, from, to, among('hour'), tables), columnsRead(sums))
  const source = `${rows} WHERE ${ofVersions(rollup)}`
  await store.rollup.command({
    query: `INSERT INTO labelled_profiles
      (version, shadow, hour, role, column, counts, sums, squares, segment, model, binning, generation)
      SELECT *, ${literal(model.name)}, ${literal(binning)}, ${generation}
      FROM (${labelledSelect(source, sums, groupsBy('hour'), segments, shards.gather)})`,
  })
}

type Stored = Pick<LabelledColumn, 'role' | 'column' | 'counts'> &
  Record<'sums' | 'squares', (number | null)[]>

/** Merged sums of some hours, one a column; a column without labelled rows is absent. */
export async function readLabelledProfiles(store: Store, query: HoursQuery): Promise<LabelledColumn[]> {
  const found = await readLabelledSliced(store, query, WHOLE_MODEL)
  return found.map(({ slice: _, ...column }) => column)
}

/** As {@link readLabelledProfiles}, of segments or versions, each with sums of its own. */
export async function readLabelledSliced(
  store: Store,
  query: HoursQuery,
  slicing: Slicing,
  what: LabelledPart = 'sums',
): Promise<(LabelledColumn & { slice: string })[]> {
  const found = await rows<Stored & { slice: string }>(
    store.read,
    `SELECT role, column, ${slicing.by} AS slice, ${MERGED} FROM labelled_profiles
     WHERE ${publishedLabelled(query, slicing)} AND ${among(what)} GROUP BY role, column, slice`,
  )
  return found.map(({ slice, ...stored }) => ({ slice, ...decode(stored) }))
}

/** The losses of bins are as many again as all else, and seldom asked for. They come with those of all rows. */
export type LabelledPart = 'sums' | 'bin_losses'

const among = (what: LabelledPart) =>
  what === 'sums' ? `NOT (${IS_BIN_LOSS})` : `(${IS_BIN_LOSS} OR role = 'loss')`

/** The sums of some columns in steps of whole hours since 1970, by the beginning of the step, epoch milliseconds. */
export async function readLabelledSteps(
  store: Store,
  query: HoursQuery,
  columns: readonly Pick<LabelledColumn, 'role' | 'column'>[],
  stepMs: number,
): Promise<Map<number, LabelledColumn[]>> {
  const wanted = columns.map(({ role, column }) => `(${literal(role)}, ${literal(column)})`).join(', ')
  const found = await rows<Stored & { step: number }>(
    store.read,
    `SELECT intDiv(toUnixTimestamp(hour), ${stepMs / 1000}) AS step, role, column, ${MERGED} FROM labelled_profiles
     WHERE ${publishedLabelled(query)} AND (role, column) IN (${wanted}) GROUP BY step, role, column`,
  )
  const steps = new Map<number, LabelledColumn[]>()
  for (const { step, ...stored } of found) {
    const time = step * stepMs
    steps.set(time, [...(steps.get(time) ?? []), decode(stored)])
  }
  return steps
}

const MERGED = 'sumForEach(counts) AS counts, sumForEach(sums) AS sums, sumForEach(squares) AS squares'

/** The condition on the published sums of some hours. */
export function publishedLabelled(
  { model, binning, spans, version }: HoursQuery,
  slicing: Slicing = WHOLE_MODEL,
): string {
  const scope = `model = ${literal(model)} AND binning = ${literal(binning)} AND ${inSpans('hour', spans)}`
  return `${scope} AND ${ofSlices(slicing, version)}
    AND (hour, generation) IN (
      SELECT hour, max(generation) FROM hours WHERE ${scope} AND part = 'labels' GROUP BY hour)`
}

function decode({ role, column, counts, sums, squares }: Stored): LabelledColumn {
  return { role, column, counts, sums: decodeFloats(sums), squares: decodeFloats(squares) }
}

/** Stores what the labelled rows of a baseline sum up to; to be called before the baseline itself is stored. */
export async function insertBaselineLabelled(
  store: Store,
  { model, version }: Pick<Baseline, 'model' | 'version'>,
  columns: readonly (LabelledColumn & { segment: string })[],
): Promise<void> {
  await insertEncoded(
    store.rollup,
    'baseline_labelled_profiles',
    ['model', 'version', 'role', 'column', 'segment', 'counts', 'sums', 'squares'],
    columns.map(({ role, column, segment, counts, sums, squares }) =>
      JSON.stringify([
        model,
        version,
        role,
        column,
        segment,
        counts,
        encodeFloats(sums),
        encodeFloats(squares),
      ]),
    ),
  )
}

/** The sums over the labelled rows of a baseline; none where it has no labels, or was made before they were kept. */
export async function readBaselineLabelled(
  store: Store,
  baseline: Pick<Baseline, 'model' | 'version'>,
  segment = '',
): Promise<LabelledColumn[]> {
  const found = await readBaselineLabelledSegments(store, baseline, [segment])
  return found.map(({ slice: _, ...column }) => column)
}

/** As {@link readBaselineLabelled}, of several segments. */
export async function readBaselineLabelledSegments(
  store: Store,
  { model, version }: Pick<Baseline, 'model' | 'version'>,
  segments: readonly string[],
  what: LabelledPart = 'sums',
): Promise<(LabelledColumn & { slice: string })[]> {
  const found = await rows<Stored & { slice: string }>(
    store.read,
    `SELECT role, column, segment AS slice, counts, sums, squares FROM baseline_labelled_profiles FINAL
     WHERE model = ${literal(model)} AND version = ${version}
       AND segment IN (${array(segments.map(literal), 'String')}) AND ${among(what)}`,
  )
  return found.map(({ slice, ...stored }) => ({ slice, ...decode(stored) }))
}

/** The baselines of a model that have labels, by their versions. */
export async function labelledBaselines(store: Store, model: string): Promise<Set<number>> {
  const found = await rows<{ version: number }>(
    store.read,
    `SELECT DISTINCT version FROM baseline_labelled_profiles WHERE model = ${literal(model)}`,
  )
  return new Set(found.map(({ version }) => version))
}
