import { rows } from '../engine/query.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import { hourLiteral, literal } from '../engine/sql.ts'
import { DATA_KIND, type ResultKind } from '../../domain/drift-kind.ts'
import type { Store } from '../engine/client.ts'

export interface HeatmapQuery {
  model: string
  monitor: string
  /** Whose members; both are empty for the whole model. */
  segment: string
  version: string
  /** Windows that ended in `(from, to]`. */
  from: Date
  to: Date
}

/** Ends of the windows that have results, ascending. */
export async function windowEnds(store: Store, query: HeatmapQuery): Promise<Date[]> {
  const found = await rows<{ ended: number }>(
    store.read,
    `SELECT DISTINCT toUnixTimestamp(window_end) AS ended FROM results WHERE ${scope(query)} ORDER BY ended`,
  )
  return found.map(({ ended }) => new Date(ended * 1000))
}

/** The verdicts and effects of one member, cell by cell. */
export interface HeatmapRow {
  kind: ResultKind
  column: string
  segment: string
  version: string
  /** Positions in {@link VERDICTS}, from 1; 0 where there is no result. */
  verdicts: number[]
  effects: (number | null)[]
}

/**
 * One row a member, over all of {@link windowEnds}: a cell holds the worst verdict of its windows and the largest effect
 * of those that have it. Of a window that was evaluated again the newest result counts.
 * @param cellOf the cell of each window, ascending from 0
 */
export async function readHeatmap(
  store: Store,
  query: HeatmapQuery,
  ends: readonly Date[],
  cellOf: readonly number[],
): Promise<HeatmapRow[]> {
  if (ends.length === 0) return []
  const cells = cellOf[cellOf.length - 1] + 1
  const seconds = ends.map((end) => end.getTime() / 1000)
  return rows<HeatmapRow>(
    store.read,
    `SELECT kind, column, segment, version,
       arrayMap(one -> tupleElement(one, 1), worst) AS verdicts,
       arrayMap(one -> if(tupleElement(one, 1) = 0 OR tupleElement(one, 2) = -inf, NULL, tupleElement(one, 2)),
         worst) AS effects
     FROM (
       SELECT kind, column, segment, version,
         maxResample(0, ${cells}, 1)((rank, ifNull(tupleElement(newest, 2), -inf)), cell) AS worst
       FROM (
         SELECT kind, column, segment, version, argMax((verdict, effect), evaluated_at) AS newest,
           toUInt8(indexOf([${VERDICTS.map(literal).join(', ')}], tupleElement(newest, 1))) AS rank,
           transform(toUnixTimestamp(window_end), [${seconds.join(', ')}], [${cellOf.join(', ')}], ${cells}) AS cell
         FROM results WHERE ${scope(query)} AND kind != ${literal(DATA_KIND)} AND segment = ${literal(query.segment)}
           AND version = ${literal(query.version)}
         GROUP BY kind, column, segment, version, window_end)
       GROUP BY kind, column, segment, version)`,
  )
}

function scope({ model, monitor, from, to }: HeatmapQuery): string {
  return `model = ${literal(model)} AND monitor = ${literal(monitor)}
    AND column != '' AND window_end > ${hourLiteral(from)} AND window_end <= ${hourLiteral(to)}`
}
