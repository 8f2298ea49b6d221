import type { Feature, Model } from '../../control/declared/model.ts'
import type { SkewCounts } from '../../domain/skew.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import { dirtyHours } from '../events/dirty-hours.ts'
import { predictionHoursBetween } from '../events/predictions.ts'
import { publishedProfiles } from '../profiles/published.ts'
import { hasReference, MATCHED_ROLE, skewRole } from './skew-counts.ts'
import { toSkewCounts } from './skew-sql.ts'
import { countUnmatched, type Unmatched } from './unmatched.ts'

/** Whole hours, and the bins under which they are counted; undefined where the model has no baseline. */
export interface CountedPeriod {
  binning: string | undefined
  from: Date
  to: Date
}

/** What was counted of a feature over a part of a period. */
export interface SkewPart extends SkewCounts {
  /** Beginning of the part, epoch milliseconds. */
  at: number
}

export interface Skew extends Unmatched {
  /** Whether the model has any reference rows, of whatever time. */
  hasReference: boolean
  /** Predictions of the period that have a reference row. */
  rows: number
  /** Hours of the period that are to be counted, or to be counted again because rows came since. */
  notCounted: number
  /** Hours that were counted with another tolerance than is declared now; they are in no other figure of a feature. */
  otherTolerance: number
  /** By feature, the parts in which rows were compared, ascending. */
  columns: ReadonlyMap<string, SkewPart[]>
}

/**
 * How what was served differs from the reference, as it was counted by hour, in parts of so many hours; of all features,
 * or of one.
 */
export async function readSkew(
  store: Store,
  model: Model,
  {
    hours,
    now,
    feature,
    ...period
  }: CountedPeriod & { hours: number; now: Date; feature?: Feature | undefined },
): Promise<Skew> {
  if (!(await hasReference(store.read, model.name)))
    return { hasReference: false, rows: 0, unmatched: 0, unmatchedWithoutTime: 0, notCounted: 0, otherTolerance: 0, columns: new Map() } // prettier-ignore
  // First, so that an hour that is counted meanwhile is said to lack what it may lack.
  const open = await hoursToCount(store, model.name, period, now)
  const matched = await readMatched(store, model.name, period)
  return {
    hasReference: true,
    rows: [...matched.values()].reduce((sum, { rows: n }) => sum + n, 0),
    ...(await countUnmatched(store, model.name, { ...period, open, matched })),
    notCounted: open.size,
    otherTolerance: await countOtherTolerance(store, model, period),
    columns: await readParts(store, model, period, { hours, feature }),
  }
}

/** Hours of a period of which there are rows that are not counted, epoch milliseconds. */
async function hoursToCount(
  store: Store,
  model: string,
  { binning, from, to }: CountedPeriod,
  now: Date,
): Promise<ReadonlySet<number>> {
  const hours =
    binning === undefined
      ? await predictionHoursBetween(store, model, from, to)
      : (await dirtyHours(store, model, now, store.read)).flatMap(({ stream, hour }) =>
          stream === 'predictions' && hour >= from && hour < to ? [hour] : [],
        )
  return new Set(hours.map((hour) => hour.getTime()))
}

/** The condition on what is kept of the hours of a period. */
export function kept(model: string, { binning, from, to }: CountedPeriod): string {
  return binning === undefined ? '0' : publishedProfiles({ model, binning, spans: [{ from, to }] })
}

/** By hour, epoch milliseconds, its predictions with a reference row, and the reference rows that name it and have a prediction. */
async function readMatched(store: Store, model: string, period: CountedPeriod) {
  const found = await rows<{ at: number; counts: number[] }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, sumForEach(counts) AS counts FROM profiles
     WHERE ${kept(model, period)} AND role = ${literal(MATCHED_ROLE)} GROUP BY hour`,
  )
  return new Map(found.map(({ at, counts: [n, named] }) => [at * 1000, { rows: n, named }]))
}

async function countOtherTolerance(store: Store, model: Model, period: CountedPeriod): Promise<number> {
  const [{ n }] = await rows<{ n: number }>(
    store.read,
    `SELECT toUInt32(uniqExact(hour)) AS n FROM profiles
     WHERE ${kept(model.name, period)} AND startsWith(role, 'skew ') AND role != ${literal(skewRole(model))}`,
  )
  return n
}

async function readParts(
  store: Store,
  model: Model,
  period: CountedPeriod,
  { hours, feature }: { hours: number; feature: Feature | undefined },
): Promise<Map<string, SkewPart[]>> {
  const seconds = hours * 3600
  const start = period.from.getTime() / 1000
  const only = feature === undefined ? '1' : `column = ${literal(feature.name)}`
  const found = await rows<{ column: string; place: number; counts: number[]; sums: (number | null)[] }>(
    store.read,
    // An alias of the same name as a column would stand for it in the condition as well.
    `SELECT column, toUInt32(intDiv(toUnixTimestamp(hour) - ${start}, ${seconds})) AS place,
       sumForEach(counts) AS counts, sumForEach(sums) AS sums
     FROM profiles WHERE ${kept(model.name, period)} AND role = ${literal(skewRole(model))} AND ${only}
     GROUP BY column, place ORDER BY place`,
  )
  const columns = new Map<string, SkewPart[]>()
  for (const { column, place, counts, sums } of found) {
    const parts = columns.get(column) ?? []
    parts.push({ at: (start + place * seconds) * 1000, ...toSkewCounts(counts, sums) })
    columns.set(column, parts)
  }
  return columns
}
