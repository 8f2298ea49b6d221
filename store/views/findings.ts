import type { QualitySummary } from '../../domain/data-finding.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import { SEVERITIES } from '../../domain/severity.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

export interface FindingsQuery {
  model: string
  monitor: string
  /** Windows that ended in `(from, to]`. */
  from: Date
  to: Date
  /** Only this column, as its findings are kept. */
  column?: string | undefined
  /** Also columns without a finding in the whole period. */
  all?: boolean
}

/** What the checks of quality found of a column or, where `finding` is not empty, of all data, cell by cell. */
export interface FindingsRow {
  column: string
  finding: string
  /** Positions in {@link RANKS}; null where nothing was stored. */
  ranks: (number | null)[]
  missing: (number | null)[]
  invalid: (number | null)[]
  out_of_range: (number | null)[]
  unseen: (number | null)[]
  /** Of findings about all data. */
  share: (number | null)[]
}

export const RANKS = ['ok', ...SEVERITIES] as const
const SHARES = ['missing', 'invalid', 'out_of_range', 'unseen', 'share'] as const

/** Ends of the windows whose data were checked, ascending. */
export async function checkedEnds(store: Store, query: FindingsQuery): Promise<Date[]> {
  const found = await rows<{ ended: number }>(
    store.read,
    `SELECT DISTINCT toUnixTimestamp(window_end) AS ended FROM results WHERE ${scope(query)} ORDER BY ended`,
  )
  return found.map(({ ended }) => new Date(ended * 1000))
}

/**
 * One row a column and one a finding about all data, over windows that ended at `ends`, ascending: a cell joins `step` windows, the
 * oldest one fewer, and holds their worst severity and each one's largest share. Of a window that was checked again the
 * newest result counts.
 */
export async function readFindings(
  store: Store,
  query: FindingsQuery,
  ends: readonly Date[],
  step: number,
): Promise<FindingsRow[]> {
  const { column, all = column !== undefined } = query
  if (ends.length === 0) return []
  const cells = Math.ceil(ends.length / step)
  const seconds = ends.map((end) => end.getTime() / 1000)
  const cellOf = ends.map((_, i) => cells - 1 - Math.floor((ends.length - 1 - i) / step))
  const field = (name: string) => `JSONExtractFloat(raw, ${literal(name)})`
  const cell = (present: string, value: string) =>
    `arrayMap(one -> if(tupleElement(one, 1) = 0, NULL, tupleElement(one, 2)),
      maxResample(0, ${cells}, 1)((toUInt8(${present}), ${value}), cell))`
  // Of rows without a value those with an unusable one are told apart, as in the finding.
  const shareOf = (name: string) =>
    name === 'missing' ? `greatest(0, ${field(name)} - ${field('invalid')})` : field(name)
  const shares = SHARES.map((name) => `${cell(`JSONHas(raw, ${literal(name)})`, shareOf(name))} AS ${name}`)
  const severities = `[${SEVERITIES.map(literal).join(', ')}]`
  return rows<FindingsRow>(
    store.read,
    `SELECT column, finding, ${cell('1', 'rank')} AS ranks, ${shares.join(', ')}
     FROM (
       SELECT cell, raw, JSONExtractString(raw, 'column') AS column, JSONExtractString(raw, 'finding') AS finding,
         arrayMax(arrayMap(one -> indexOf(${severities}, JSONExtractString(one, 'severity')),
           arrayPushBack(JSONExtractArrayRaw(raw, 'findings'), raw))) AS rank
       FROM (
         SELECT transform(toUnixTimestamp(window_end), [${seconds.join(', ')}], [${cellOf.join(', ')}], ${cells}) AS cell,
           argMax(evaluation, evaluated_at) AS summary
         FROM results WHERE ${scope(query)} GROUP BY window_end)
       ARRAY JOIN arrayConcat(JSONExtractArrayRaw(summary, 'columns'), JSONExtractArrayRaw(summary, 'model')) AS raw)
     ${column === undefined ? '' : `WHERE column = ${literal(column)}`}
     GROUP BY column, finding ${all ? '' : 'HAVING max(rank) > 0'}`,
  )
}

/** What the newest of these windows was found to be. */
export async function newestSummary(
  store: Store,
  query: FindingsQuery,
): Promise<{ end: Date; summary: QualitySummary } | undefined> {
  const [found] = await rows<{ ended: number; summary: string }>(
    store.read,
    `SELECT toUnixTimestamp(window_end) AS ended, evaluation AS summary FROM results WHERE ${scope(query)}
     ORDER BY window_end DESC, evaluated_at DESC LIMIT 1`,
  )
  return found && { end: new Date(found.ended * 1000), summary: JSON.parse(found.summary) as QualitySummary }
}

/** Ends of windows to which no data came although some were due. */
export async function endsWithoutData(store: Store, { monitor, from, to }: FindingsQuery): Promise<Date[]> {
  const found = await rows<{ ended: number }>(
    store.read,
    `SELECT toUnixTimestamp(window_end) AS ended FROM evaluations
     WHERE monitor = ${literal(monitor)} AND part = 'predictions'
       AND window_end > ${hourLiteral(from)} AND window_end <= ${hourLiteral(to)}
     GROUP BY window_end HAVING argMax(status, evaluated_at) = 'no_data' ORDER BY ended`,
  )
  return found.map(({ ended }) => new Date(ended * 1000))
}

function scope({ model, monitor, from, to }: FindingsQuery): string {
  return `model = ${literal(model)} AND monitor = ${literal(monitor)} AND kind = ${literal(DATA_KIND)} AND column = ''
    AND window_end > ${hourLiteral(from)} AND window_end <= ${hourLiteral(to)}`
}
