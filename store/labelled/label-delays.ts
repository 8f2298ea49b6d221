import { DAY_MS } from '../../domain/time.ts'
import type { Store } from '../engine/client.ts'
import { publishedLabelled } from './labelled-profiles.ts'
import { ofSlices, WHOLE_MODEL } from '../profiles/slicing.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, literal } from '../engine/sql.ts'

/** Predictions this old have all the labels that they will get. */
const MATURE_MS = 30 * DAY_MS
/** Older delays say nothing on those of today. */
const LOOKBACK_MS = 120 * DAY_MS

export interface LabelDelaysQuery {
  model: string
  binning: string
  now: Date
  /** Of predictions before it; by default of those before now. */
  until?: Date | undefined
}

/** The end of the newest hour of before `now` that has labels; undefined where none has. */
export async function newestLabelled(
  store: Store,
  { model, binning, now }: LabelDelaysQuery,
): Promise<Date | undefined> {
  const labelled = publishedLabelled({ model, binning, spans: [{ from: new Date(0), to: now }] })
  const [{ newest }] = await rows<{ newest: number }>(
    store.read,
    `SELECT toUnixTimestamp(max(hour)) AS newest FROM labelled_profiles WHERE ${labelled} AND role = 'delay'`,
  )
  return newest === 0 ? undefined : new Date((newest + 3600) * 1000)
}

/**
 * Labels by the slots of their delay, of predictions at least 30 days old or of hours that are labelled in full: of
 * younger ones only the quick labels have come. No slots where there is no such label.
 */
export async function readLabelDelays(
  store: Store,
  { model, binning, now, until = now }: LabelDelaysQuery,
): Promise<number[]> {
  const mature = new Date(now.getTime() - MATURE_MS)
  const from = new Date(Math.max(0, until.getTime() - LOOKBACK_MS))
  const labelled = publishedLabelled({ model, binning, spans: [{ from, to: until }] })
  const recent = `model = ${literal(model)} AND binning = ${literal(binning)}
    AND hour >= ${hourLiteral(mature)} AND hour < ${hourLiteral(now)}`
  // Any column of the predictions has all their rows.
  const column = `SELECT min((role, column)) FROM binnings
    WHERE model = ${literal(model)} AND binning = ${literal(binning)} AND role != 'label'`
  const predictions = `SELECT hour, sum(arraySum(counts)) AS predictions FROM profiles
    WHERE ${recent} AND part = 'predictions' AND ${ofSlices(WHOLE_MODEL)} AND (role, column) = (${column}) AND (hour, generation) IN (
        SELECT hour, max(generation) FROM hours WHERE ${recent} AND part = 'predictions' GROUP BY hour)
    GROUP BY hour`
  // One pass over the labelled profiles, which are read at every check.
  const hours = `SELECT hour, sumForEachIf(counts, role = 'delay') AS delays, sumIf(counts[1], role = 'loss') AS labels
    FROM labelled_profiles WHERE ${labelled} AND role IN ('delay', 'loss') GROUP BY hour`
  const [{ delays }] = await rows<{ delays: number[] }>(
    store.read,
    `SELECT sumForEach(l.delays) AS delays FROM (${hours}) AS l LEFT JOIN (${predictions}) AS p ON p.hour = l.hour
     WHERE l.hour < ${hourLiteral(mature)} OR l.labels >= p.predictions`,
  )
  return delays
}
