import { HOUR_MS } from '../../domain/time.ts'
import type { BinnedColumn } from './profile-sql.ts'
import { profileSelect } from './profile-sql.ts'
import { unfoldScores } from './class-scores.ts'
import { labelledRows } from '../events/labels.ts'
import { allPredictionsBetween } from '../events/predictions.ts'
import type { HourSpan } from './hour-spans.ts'
import { insertObjects, rows } from '../engine/query.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { publishedProfiles } from './published.ts'
import { ofSlices, WHOLE_MODEL, type Slicing } from './slicing.ts'
import { silverTables } from '../events/silver.ts'
import { array, hourLiteral, instant, literal } from '../engine/sql.ts'
import type { ColumnProfile } from './binning.ts'
import { ROLES, type Role } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'

/** Profiles come in two streams, because a late label must not cause all columns of its hour to be counted again. */
export type Stream = 'predictions' | 'labels'

/** The stream that the profiles of a column belong to. */
export function streamOf(role: Role): Stream {
  return role === 'label' ? 'labels' : 'predictions'
}

export interface Rollup {
  model: string
  /** Id of the binning that `columns` are binned by. */
  binning: string
  stream: Stream
  columns: readonly BinnedColumn[]
  /** Rows are counted by these as well. */
  segments: readonly SegmentColumn[]
  /** Ascending; only rows of these hours are read. */
  hours: readonly Date[]
  /** Unique to the attempt, and above that of any earlier one. */
  generation: number
  /** Only rows of these versions of the model are counted. */
  versions?: readonly string[] | undefined
}

/** Counts the rows of the given hours into profiles of a new generation, which nobody reads before {@link publish}. */
export async function writeProfiles(store: Store, rollup: Rollup): Promise<void> {
  const { model, binning, stream, columns, segments, hours, generation } = rollup
  const { from, to, among } = hoursOf(hours)
  const { shards } = store
  const tables = silverTables(model, shards.local)
  const source =
    stream === 'labels'
      ? `${labelledRows(
          model,
          from,
          to,
          among('hour'),
          segments.map(({ source }) => source),
          tables,
        )} WHERE ${ofVersions(rollup)}`
      : `${unfoldScores(allPredictionsBetween(model, from, to, tables), columns)}
        WHERE ${among('toStartOfHour(ts)')} AND ${ofVersions(rollup)}`
  const hour = stream === 'labels' ? 'hour' : 'toStartOfHour(ts)'
  await store.rollup.command({
    query: `INSERT INTO profiles
      (version, shadow, hour, role, column, counts, sums, squares, segment, model, binning, part, generation)
      SELECT *, ${literal(model)}, ${literal(binning)}, ${literal(stream)}, ${generation}
      FROM (${profileSelect(source, columns, groupsBy(hour), segments, shards.gather)})`,
  })
}

/** By what rows are counted apart, in this order. */
export const groupsBy = (hour: string) => ({
  group_version: 'version',
  group_shadow: 'shadow',
  group_hour: hour,
})

/** The condition on the rows that are counted. */
export function ofVersions({ versions }: Pick<Rollup, 'versions'>): string {
  return versions === undefined ? '1' : `version IN (${array(versions.map(literal), 'String')})`
}

/**
 * Those of the given hours in which some versions of a model have rows, or had any when these were last counted over
 * the bins: all that must be counted again, and no others.
 */
export async function hoursOfVersions(
  store: Store,
  { model, binning, versions }: Pick<Rollup, 'model' | 'binning' | 'versions'>,
  hours: readonly Date[],
): Promise<Date[]> {
  const { from, to, among } = hoursOf(hours)
  const found = await rows<{ at: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(hour) AS at FROM (
       SELECT toStartOfHour(ts) AS hour FROM ${silverTables(model).predictions}
       WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${among('toStartOfHour(ts)')} AND ${ofVersions({ versions })}
       UNION ALL
       SELECT hour FROM hours WHERE model = ${literal(model)} AND binning = ${literal(binning)}
         AND hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${among('hour')})
     ORDER BY at`,
  )
  return found.map(({ at }) => new Date(at * 1000))
}

/** The period from the first to the last of these hours, and what in it belongs to them. */
export function hoursOf(hours: readonly Date[]): { from: Date; to: Date; among: (hour: string) => string } {
  const from = hours[0]
  const to = new Date(hours[hours.length - 1].getTime() + HOUR_MS)
  const contiguous = to.getTime() - from.getTime() === hours.length * HOUR_MS
  return {
    from,
    to,
    among: (hour) => (contiguous ? '1' : `${hour} IN (${hours.map(hourLiteral).join(', ')})`),
  }
}

/** Makes a generation the one that readers see, for these hours at once; hours without rows read as empty. */
export async function publish(store: Store, rollup: Rollup, now: Date): Promise<void> {
  const { model, binning, stream, generation } = rollup
  await insertObjects(
    store.rollup,
    'hours',
    rollup.hours.map((hour) => ({
      model,
      binning,
      part: stream,
      hour: hour.getTime() / 1000,
      generation,
      published_at: now.getTime(),
    })),
  )
}

export interface StoredProfile extends ColumnProfile {
  role: Role
  column: string
}

/** Merged profiles of the whole model over `[from, to)`, one a column; a column without rows is absent. */
export async function readProfiles(
  store: Store,
  model: string,
  binning: string,
  from: Date,
  to: Date,
): Promise<StoredProfile[]> {
  return readHours(store, { model, binning, spans: [{ from, to }] })
}

/** Counts of the quality of data are kept beside the profiles, under other roles. */
export const IS_PROFILE = `role IN (${ROLES.map(literal).join(', ')})`

export interface HoursQuery {
  model: string
  binning: string
  spans: readonly HourSpan[]
  /** Only rows of this version of the model. */
  version?: string | undefined
  /** Also the counts of the quality of data that are kept beside the profiles. */
  withQuality?: boolean
}

/** As {@link readProfiles}, of any hours. */
export async function readHours(store: Store, query: HoursQuery): Promise<StoredProfile[]> {
  return readSliced(store, query, WHOLE_MODEL)
}

/** As {@link readHours}, of segments or versions, each with profiles of its own. */
export async function readSliced(
  store: Store,
  { model, binning, spans, version, withQuality = false }: HoursQuery,
  slicing: Slicing,
): Promise<(StoredProfile & { slice: string })[]> {
  return rows(
    store.read,
    `SELECT role, column, ${slicing.by} AS slice, sumForEach(counts) AS counts, sumForEach(sums) AS sums,
       sum(squares) AS squares
     FROM profiles
     WHERE ${publishedProfiles({ model, binning, spans })} AND ${withQuality ? '1' : IS_PROFILE}
       AND ${ofSlices(slicing, version)}
     GROUP BY role, column, slice`,
  )
}

/** The newest generation that is published, of any model; 0 where there is none. */
export async function newestGeneration(store: Store): Promise<number> {
  const [{ newest }] = await rows<{ newest: string }>(
    store.rollup,
    'SELECT toString(max(generation)) AS newest FROM hours',
  )
  return Number(newest)
}

/** Generations that were replaced, beyond which they are deleted; a delete costs far more than an insert. */
const SWEEP_AT_GENERATIONS = 2_000

/**
 * Deletes profiles of generations that were replaced or never published, once there are `most` of them. Must not run
 * beside a rollup.
 */
export async function sweepProfiles(store: Store, model: string, most = SWEEP_AT_GENERATIONS): Promise<void> {
  const scope = `model = ${literal(model)}`
  const [{ replaced }] = await rows<{ replaced: number }>(
    store.rollup,
    `SELECT toUInt32(uniqExact(binning, part, hour, generation) - uniqExact(binning, part, hour)) AS replaced
     FROM profiles WHERE ${scope}`,
  )
  if (replaced < most) return
  const published = `SELECT binning, part, hour, max(generation) FROM hours WHERE ${scope} GROUP BY binning, part, hour`
  await store.rollup.command({
    query: `DELETE FROM profiles WHERE ${scope} AND (binning, part, hour, generation) NOT IN (${published})`,
  })
  await store.rollup.command({
    query: `DELETE FROM labelled_profiles
      WHERE ${scope} AND (binning, 'labels', hour, generation) NOT IN (${published})`,
  })
}
