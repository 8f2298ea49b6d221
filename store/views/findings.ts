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
  skew: (number | null)[]
  /** Of findings about all data. */
  share: (number | null)[]
}

export const RANKS = ['ok', ...SEVERITIES] as const
const SHARES = ['missing', 'invalid', 'out_of_range', 'unseen', 'skew', 'share'] as const

const NUMBER = 'Nullable(Float64)'
/** What is read of a stored summary. */
const SUMMARY_TYPE = `Tuple(
  columns Array(Tuple(column String, missing ${NUMBER}, invalid ${NUMBER}, out_of_range ${NUMBER}, unseen ${NUMBER}, skew ${NUMBER},
    findings Array(Tuple(severity String)))),
  model Array(Tuple(finding String, severity String, share ${NUMBER})))`
/** Columns and findings about all data in one form. Of rows without a value those with an unusable one are told apart. */
const PARTS = `CAST(arrayConcat(
  arrayMap(one -> (tupleElement(one, 'column'), '',
      greatest(0, tupleElement(one, 'missing') - tupleElement(one, 'invalid')), tupleElement(one, 'invalid'),
      tupleElement(one, 'out_of_range'), tupleElement(one, 'unseen'), tupleElement(one, 'skew'), CAST(NULL, '${NUMBER}'),
      arrayMap(of -> tupleElement(of, 'severity'), tupleElement(one, 'findings'))),
    tupleElement(summary, 'columns')),
  arrayMap(one -> ('', tupleElement(one, 'finding'), CAST(NULL, '${NUMBER}'), CAST(NULL, '${NUMBER}'),
      CAST(NULL, '${NUMBER}'), CAST(NULL, '${NUMBER}'), CAST(NULL, '${NUMBER}'), tupleElement(one, 'share'), [tupleElement(one, 'severity')]),
    tupleElement(summary, 'model'))),
  'Array(Tuple(column String, finding String, missing ${NUMBER}, invalid ${NUMBER}, out_of_range ${NUMBER},
    unseen ${NUMBER}, skew ${NUMBER}, share ${NUMBER}, severities Array(String)))')`

/** Ends of the windows whose data were checked, ascending. */
export async function checkedEnds(store: Store, query: FindingsQuery): Promise<Date[]> {
  const found = await rows<{ ended: number }>(
    store.read,
    `SELECT DISTINCT toUnixTimestamp(window_end) AS ended FROM results WHERE ${scope(query)} ORDER BY ended`,
  )
  return found.map(({ ended }) => new Date(ended * 1000))
}

/**
 * One row a column and one a finding about all data, over windows that ended at `ends`, ascending: a cell joins `step`
 * windows, the oldest one fewer, and holds their worst severity and each one's largest share. Of a window that was checked
 * again the newest result counts.
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
  const cell = (value: string) =>
    `arrayMap(one -> if(tupleElement(one, 1) = 0, NULL, tupleElement(one, 2)),
      maxResample(0, ${cells}, 1)((toUInt8(isNotNull(${value})), ifNull(${value}, 0)), cell))`
  const severities = `[${SEVERITIES.map(literal).join(', ')}]`
  return rows<FindingsRow>(
    store.read,
    `SELECT column, finding, ${cell('rank')} AS ranks, ${SHARES.map((name) => `${cell(`found.${name}`)} AS ${name}`).join(', ')}
     FROM (
       SELECT cell, one.column AS column, one.finding AS finding,
         arrayMax(arrayMap(one -> indexOf(${severities}, one), arrayPushBack(one.severities, ''))) AS rank,
         one.missing AS missing, one.invalid AS invalid, one.out_of_range AS out_of_range, one.unseen AS unseen, one.skew AS skew, one.share AS share
       FROM (
         SELECT transform(toUnixTimestamp(window_end), [${seconds.join(', ')}], [${cellOf.join(', ')}], ${cells}) AS cell,
           JSONExtract(argMax(evaluation, evaluated_at), ${literal(SUMMARY_TYPE)}) AS summary
         FROM results WHERE ${scope(query)} GROUP BY window_end)
       ARRAY JOIN ${PARTS} AS one
       ${column === undefined ? '' : `WHERE one.column = ${literal(column)}`}) AS found
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
