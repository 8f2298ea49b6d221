import type { Store } from '../engine/client.ts'
import { hoursByInsert } from '../engine/partitions.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, literal } from '../engine/sql.ts'
import { onShards, type EventTables } from '../events/silver.ts'
import type { HourSpan } from '../profiles/hour-spans.ts'
import { hoursOf, publish } from '../profiles/profiles.ts'
import { publishedProfiles } from '../profiles/published.ts'

/** Counts that do not depend on bins, so that they are there before any baseline is, are kept under this binning. */
const UNBINNED = ''
/**
 * Of an hour: the labels that name it, have no prediction in it, and that no other label made up for; those of them whose id
 * has a prediction in another hour; and all that have none in it.
 */
const UNMATCHED_ROLE = 'unmatched'
/** Hours of one statement, which holds the ids of their predictions in memory. */
const HOURS_AT_ONCE = 24

/**
 * Counts the labels that name an hour although no prediction in it has their id, and are part of no other count: of the
 * hours given, ascending, in which labels or predictions have changed, and of others whose labels these concern.
 */
export async function writeUnmatchedLabels(
  store: Store,
  model: string,
  changed: readonly Date[],
  generation: number,
  now: Date,
): Promise<void> {
  if (changed.length === 0) return
  const hours = [...changed, ...(await hoursConcerned(store, model, changed))]
  hours.sort((a, b) => a.getTime() - b.getTime())
  for (const group of hoursByInsert(hours)) {
    for (let start = 0; start < group.length; start += HOURS_AT_ONCE)
      await countHours(store, model, group.slice(start, start + HOURS_AT_ONCE), generation)
    const rollup = { model, binning: UNBINNED, stream: 'labels', hours: group, generation } as const
    await publish(store, { ...rollup, columns: [], segments: [] }, now)
  }
}

/** Hours with unmatched labels, none of them among those that have changed, whose ids have labels or predictions in these. */
async function hoursConcerned(store: Store, model: string, changed: readonly Date[]): Promise<Date[]> {
  const known = new Set(changed.map((hour) => hour.getTime()))
  const counted = await hoursFrom(
    store,
    `(SELECT hour FROM profiles WHERE ${published(model, EVER)} AND counts[1] > 0)`,
  )
  const others = counted.filter((hour) => !known.has(hour.getTime()))
  if (others.length === 0) return []
  return hoursFrom(
    store,
    onShards(
      store,
      model,
      ({ labels, predictions }) => `(SELECT hour FROM ${labels} WHERE ${within(others)} AND id IN (
        SELECT id FROM ${labels} WHERE ${within(changed)} UNION ALL
        SELECT id FROM ${predictions} WHERE ${within(changed, 'toStartOfHour(ts)')}))`,
    ),
  )
}

async function countHours(store: Store, model: string, hours: readonly Date[], generation: number) {
  const found = await hoursFrom(
    store,
    onShards(store, model, (tables) => unmatchedIn(hours, tables)),
  )
  if (found.length === 0) return
  await store.rollup.command({
    query: `INSERT INTO profiles
      (version, shadow, hour, role, column, counts, sums, squares, segment, model, binning, part, generation)
      SELECT '', 0, hour, ${literal(UNMATCHED_ROLE)}, '',
        [countIf(is_open), countIf(is_open AND is_elsewhere), count()], emptyArrayFloat64(), 0, '',
        ${literal(model)}, ${literal(UNBINNED)}, 'labels', ${generation}
      FROM ${onShards(store, model, (tables) => lookedUp(found, tables))} GROUP BY hour`,
  })
}

/** A table expression for the labels of some hours that no prediction of their hour belongs to. */
function unmatchedIn(hours: readonly Date[], { labels, predictions }: EventTables): string {
  // Of hours without labels, no prediction is read.
  return `(SELECT hour, id, labelled_at FROM ${labels} FINAL WHERE ${within(hours)} AND isNotNull(label)
    AND (hour, id) NOT IN (SELECT toStartOfHour(ts), id FROM ${predictions}
      WHERE ${within(hours, 'toStartOfHour(ts)')}
        AND toStartOfHour(ts) IN (SELECT hour FROM ${labels} WHERE ${within(hours)})))`
}

/**
 * A table expression for the labels of {@link unmatchedIn}: their hours, whether a prediction of that id is in another hour,
 * and whether it has got no label there that is as new.
 */
function lookedUp(hours: readonly Date[], tables: EventTables): string {
  const unmatched = unmatchedIn(hours, tables)
  const places = `SELECT hash, hour FROM ${tables.labelIndex} WHERE hash IN (SELECT sipHash64(id) FROM ${unmatched})`
  return `(SELECT u.hour AS hour, sipHash64(u.id) IN (SELECT hash FROM (${places})) AS is_elsewhere,
      isNull(l.newest) OR l.newest < u.labelled_at AS is_open
    FROM ${unmatched} AS u
    LEFT JOIN (SELECT id, max(labelled_at) AS newest FROM ${tables.labels}
      WHERE hour IN (SELECT hour FROM (${places})) AND (sipHash64(id), hour) IN (${places})
        AND (hour, id) NOT IN (SELECT hour, id FROM ${unmatched})
      GROUP BY id) AS l
    ON l.id = u.id)`
}

function within(hours: readonly Date[], hour = 'hour'): string {
  const { from, to, among } = hoursOf(hours)
  return `${hour} >= ${hourLiteral(from)} AND ${hour} < ${hourLiteral(to)} AND ${among(hour)}`
}

/** Distinct hours of a table expression, ascending. */
async function hoursFrom(store: Store, table: string): Promise<Date[]> {
  const found = await rows<{ at: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(hour) AS at FROM ${table} ORDER BY at`,
  )
  return found.map(({ at }) => new Date(at * 1000))
}

/** A table expression for what was last counted of the hours of a period: `unmatched`, of these `elsewhere`, and `all_without`. */
export function unmatchedLabels(model: string, span: HourSpan): string {
  return `(SELECT hour, counts[1] AS unmatched, counts[2] AS elsewhere, counts[3] AS all_without
    FROM profiles WHERE ${published(model, span)})`
}

const EVER: HourSpan = { from: new Date(0), to: new Date(Date.UTC(2100, 0, 1)) }

/** The condition on what was last counted of each hour of a period. */
function published(model: string, span: HourSpan): string {
  return `${publishedProfiles({ model, binning: UNBINNED, spans: [span] })} AND role = ${literal(UNMATCHED_ROLE)}`
}
