import { RULES, rulesIn, type Constraints, type Rule } from '../../domain/constraints.ts'
import { fingerprint } from '../../control/declared/digest.ts'
import { featureSource, type Feature, type Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { array, float, identifier, instant, literal } from '../engine/sql.ts'
import { belongsTo } from '../events/served.ts'
import { silverTables, type EventTables } from '../events/silver.ts'
import { inSpans, type HourSpan } from './hour-spans.ts'
import { publishedProfiles } from './published.ts'
import { ofSlices, WHOLE_MODEL } from './slicing.ts'
import { hoursOf, type Rollup } from './profiles.ts'
import { allPredictionsBetween } from '../events/predictions.ts'

/** Names of undeclared features that are counted of an hour, the most frequent ones: a client may send any number. */
const MAX_UNKNOWN = 100
/** Ids of an hour that are looked up in other hours. */
const LOOKED_UP = 2000
const HASHES = 2 ** 64

/**
 * Counts of what the data should not be are kept beside the profiles, under roles of their own: they are published,
 * replaced, kept and deleted with them. `invalid` and `unknown` hold rows by feature, `rules …` the rows that were
 * checked and the violations of each rule, `reused` the ids that were looked up and those that stand in another hour.
 */
type QualityRole = 'invalid' | 'unknown' | 'reused' | `rules ${string}`

/** Violations are counted under what was declared at the time, so that those of other constraints are not taken for them. */
function rulesRole(constraints: Constraints): QualityRole {
  return `rules ${fingerprint(rulesIn(constraints).map((rule) => [rule, constraints[rule]]))}`
}

/** Counts what is wrong with the rows of the given hours, under the generation of the profiles that are written with them. */
export async function writeQualityCounts(
  store: Store,
  model: Model,
  { binning, hours, generation }: Pick<Rollup, 'binning' | 'hours' | 'generation'>,
): Promise<void> {
  const { from, to, among } = hoursOf(hours)
  const { shards } = store
  const tables = silverTables(model.name, shards.local)
  const [{ n }] = await rows<{ n: number }>(
    store.rollup,
    `SELECT count() AS n FROM ${silverTables(model.name).predictions}
     WHERE ts >= ${instant(from)} AND ts < ${instant(to)}`,
  )
  if (n === 0) return
  const within = among('toStartOfHour(ts)')
  const scanned = allPredictionsBetween(model.name, from, to, tables)
  const named = (role: QualityRole, names: string) =>
    `SELECT version, shadow, toStartOfHour(ts) AS hour, ${literal(role)} AS role, name AS column, [count()] AS counts
     FROM ${scanned} ARRAY JOIN ${names} AS name WHERE ${within} GROUP BY version, shadow, hour, name`
  const checked = model.features.filter((feature) => rulesIn(feature).length > 0)
  const parts = [
    named('invalid', 'invalid'),
    `${named('unknown', 'unknown')} ORDER BY counts[1] DESC, name LIMIT ${MAX_UNKNOWN} BY version, shadow, hour`,
    reusedSelect(tables, { from, to, within, share: Math.min(1, (LOOKED_UP * hours.length) / n) }),
    ...(checked.length === 0 ? [] : [violationSelect(scanned, within, checked)]),
  ]
  const all = parts.map((part) => `SELECT * FROM (${part})`).join(' UNION ALL ')
  await store.rollup.command({
    query: `INSERT INTO profiles
      (version, shadow, hour, role, column, counts, sums, squares, segment, model, binning, part, generation)
      SELECT version, shadow, hour, role, column, sumForEach(counts), emptyArrayFloat64(), 0, '', ${literal(model.name)},
        ${literal(binning)}, 'predictions', ${generation}
      FROM ${shards.gather(`(${all})`)} GROUP BY version, shadow, hour, role, column`,
  })
}

/** Of a sample by the hash of ids, so that only that part of the index is read. */
function reusedSelect(
  { predictions, labelIndex }: EventTables,
  { from, to, within, share }: { from: Date; to: Date; within: string; share: number },
): string {
  const sampled = (hash: string) => (share === 1 ? '1' : `${hash} < ${BigInt(Math.floor(share * HASHES))}`)
  const ids = `SELECT DISTINCT sipHash64(id) AS hash, toStartOfHour(ts) AS hour FROM ${predictions}
    WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${within} AND ${sampled('sipHash64(id)')} AND ${belongsTo(undefined)}`
  return `SELECT '' AS version, toUInt8(0) AS shadow, hour, 'reused' AS role, '' AS column, [count(), countIf(hours > 1)] AS counts
    FROM (${ids}) AS own
    INNER JOIN (SELECT hash, uniqExact(hour) AS hours FROM ${labelIndex}
      WHERE ${sampled('hash')} AND ${belongsTo(undefined)} AND hash IN (SELECT hash FROM (${ids})) GROUP BY hash) AS found ON found.hash = own.hash
    GROUP BY hour`
}

function violationSelect(scanned: string, within: string, features: readonly Feature[]): string {
  const counted = features.map((feature) => {
    const violations = RULES.map((rule) => {
      const violation = violationSql(feature, rule)
      return violation === undefined ? '0' : `countIf(${violation})`
    })
    return `[count(), ${violations.join(', ')}]`
  })
  return `SELECT version, shadow, hour, role, column, counts
    FROM (SELECT version, shadow, toStartOfHour(ts) AS hour, [${counted.join(', ')}] AS all_counts
      FROM ${scanned} WHERE ${within} GROUP BY version, shadow, hour)
    ARRAY JOIN all_counts AS counts,
      [${features.map((feature) => literal(rulesRole(feature))).join(', ')}] AS role,
      [${features.map(({ name }) => literal(name)).join(', ')}] AS column`
}

/** Whether a row violates a rule, as an expression that is never null; undefined where the rule is not declared. */
export function violationSql(feature: Feature, rule: Rule): string | undefined {
  const value = identifier(featureSource(feature.name))
  const { min, max, allowed, pattern, required } = feature
  const ofValue = (condition: string) => `ifNull(${condition}, 0)`
  switch (rule) {
    case 'min':
      return min === undefined ? undefined : ofValue(`${value} < ${float(min)}`)
    case 'max':
      return max === undefined ? undefined : ofValue(`${value} > ${float(max)}`)
    case 'allowed': {
      if (allowed === undefined) return undefined
      const listed = allowed.map((one) => (typeof one === 'number' ? float(one) : literal(one)))
      return ofValue(`NOT has(${array(listed, 'String')}, ${value}) AND isNotNull(${value})`)
    }
    case 'pattern':
      return pattern === undefined
        ? undefined
        : ofValue(`NOT match(${value}, ${literal(`^(?:${pattern})$`)})`)
    case 'required':
      return required === true ? `isNull(${value})` : undefined
  }
}

/** What was counted of a window. */
export interface QualityCounts {
  /** Rows with an unusable value, by feature; `score` and `scores` are those of the prediction. */
  invalid: ReadonlyMap<string, number>
  /** Rows with a feature that is not declared, by its name. */
  unknown: ReadonlyMap<string, number>
  /** Rows that were checked by the constraints that are declared now, and the violations of each of the rules. */
  violations: ReadonlyMap<string, { rows: number; violations: readonly number[] }>
  reused: { looked: number; reused: number }
}

/** What was counted in some hours. */
export async function readQualityCounts(
  store: Store,
  model: Model,
  { binning, spans }: { binning: string; spans: readonly HourSpan[] },
): Promise<QualityCounts> {
  const scope = `model = ${literal(model.name)} AND binning = ${literal(binning)} AND part = 'predictions' AND ${inSpans('hour', spans)}`
  const found = await rows<KeptCounts>(
    store.read,
    `SELECT role, column, sumForEach(counts) AS counts FROM profiles
     WHERE ${scope} AND ${ofSlices(WHOLE_MODEL)} AND (role IN ('invalid', 'unknown', 'reused') OR startsWith(role, 'rules '))
       AND (hour, generation) IN (SELECT hour, max(generation) FROM hours WHERE ${scope} GROUP BY hour)
     GROUP BY role, column`,
  )
  return qualityCountsIn(model, found)
}

/** What is kept of a column under a role. */
interface KeptCounts {
  role: string
  column: string
  counts: readonly number[]
}

/** What was counted of the quality of data, among all that is kept of some hours. Pure. */
export function qualityCountsIn(model: Model, kept: readonly KeptCounts[]): QualityCounts {
  const of = (role: QualityRole) => kept.filter((one) => one.role === role)
  const roles = new Map<string, string>(model.features.map((feature) => [feature.name, rulesRole(feature)]))
  const [reused] = of('reused')
  return {
    invalid: new Map(of('invalid').map(({ column, counts }) => [column, counts[0]])),
    unknown: new Map(of('unknown').map(({ column, counts }) => [column, counts[0]])),
    violations: new Map(
      kept
        .filter(({ role, column }) => role === roles.get(column))
        .map(({ column, counts: [checked, ...violations] }) => [column, { rows: checked, violations }]),
    ),
    reused: { looked: reused?.counts[0] ?? 0, reused: reused?.counts[1] ?? 0 },
  }
}

/** Distinct predictions and labels of one hour. */
export interface HourlyRows {
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
  predictions: number
  labels: number
}

/** By hour of a period what was counted, ascending; hours without predictions are absent. */
export async function readHourlyRows(
  store: Store,
  { model, binning, from, to }: { model: string; binning: string; from: Date; to: Date },
): Promise<HourlyRows[]> {
  // Any column of a stream has all its rows.
  const found = await rows<{ at: number; predictions: number; labels: number }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, sumIf(arraySum(counts), part = 'predictions') AS predictions,
       sumIf(arraySum(counts), part = 'labels') AS labels
     FROM profiles
     WHERE ${publishedProfiles({ model, binning, spans: [{ from, to }] })} AND ${ofSlices(WHOLE_MODEL)}
       AND (part, role, column) IN (
         SELECT if(role = 'label', 'labels', 'predictions') AS stream, (min((role, column)) AS first).1, first.2 FROM binnings
         WHERE model = ${literal(model)} AND binning = ${literal(binning)} AND role != 'confidence' GROUP BY stream)
     GROUP BY hour ORDER BY hour`,
  )
  return found.map(({ at, ...counts }) => ({ hour: at * 1000, ...counts }))
}
