import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import type { Role } from '../../control/declared/model.ts'
import { publishedProfiles } from './published.ts'
import { ofSlices, WHOLE_MODEL } from './slicing.ts'
import { IS_PROFILE, type StoredProfile } from './profiles.ts'

export interface HourlyProfile extends StoredProfile {
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
}

/**
 * Profiles of the whole model over `[from, to)` of the columns whose values all lie in one slot, or that have none; a
 * column without rows is absent.
 */
export async function readSteadyProfiles(
  store: Store,
  { model, binning, from, to }: { model: string; binning: string; from: Date; to: Date },
): Promise<StoredProfile[]> {
  const published = publishedProfiles({ model, binning, spans: [{ from, to }] })
  return rows(
    store.read,
    `SELECT role, column, sumForEach(counts) AS counts, sumForEach(sums) AS sums, sum(squares) AS squares
     FROM profiles
     WHERE ${published} AND ${IS_PROFILE} AND ${ofSlices(WHOLE_MODEL)}
     GROUP BY role, column HAVING arrayCount(n -> n > 0, arraySlice(counts, 2)) <= 1`,
  )
}

/** Profiles of some columns of the whole model by hour, ascending; hours without rows are absent. */
export async function readHourlyProfiles(
  store: Store,
  query: {
    model: string
    binning: string
    columns: readonly { role: Role; name: string }[]
    from: Date
    to: Date
  },
): Promise<HourlyProfile[]> {
  const { model, binning, columns, from, to } = query
  if (columns.length === 0) return []
  const wanted = columns.map(({ role, name }) => `(${literal(role)}, ${literal(name)})`).join(', ')
  const published = publishedProfiles({ model, binning, spans: [{ from, to }] })
  const found = await rows<StoredProfile & { at: number }>(
    store.read,
    `SELECT role, column, toUnixTimestamp(hour) AS at, sumForEach(counts) AS counts, sumForEach(sums) AS sums,
       sum(squares) AS squares
     FROM profiles
     WHERE ${published} AND (role, column) IN (${wanted}) AND ${ofSlices(WHOLE_MODEL)}
     GROUP BY role, column, hour ORDER BY hour`,
  )
  return found.map(({ at, ...profile }) => ({ hour: at * 1000, ...profile }))
}
