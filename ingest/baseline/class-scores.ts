import type { ClickHouseClient } from '@clickhouse/client'
import type { NumericBinning } from '../../store/profiles/binning.ts'
import {
  confidenceOffset,
  confidenceSql,
  CONFIDENCE,
  MAX_CLASSES,
  scoredClass,
} from '../../store/profiles/class-scores.ts'
import type { Column } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { rowsIn, type RowSource } from '../../store/profiles/row-source.ts'
import { withCuts } from './binning.ts'

/** The classes that rows with a map of scores have scores of, most frequent first; at most {@link MAX_CLASSES}. */
export async function scoredClasses(client: ClickHouseClient, from: string): Promise<string[]> {
  const found = await rows<{ category: string }>(
    client,
    `SELECT category FROM ${from} ARRAY JOIN mapKeys(scores) AS category
     GROUP BY category ORDER BY count() DESC, category LIMIT ${MAX_CLASSES}`,
  )
  return found.map(({ category }) => category)
}

/** Adds the predicted class's own score to rows that have both, and its column to theirs. */
export function withConfidence(
  source: RowSource,
  columns: readonly Column[],
): { source: RowSource; columns: readonly Column[]; classes: string[] } {
  const classes = columns.flatMap(({ role, name }) => (role === 'score' ? (scoredClass(name) ?? []) : []))
  if (classes.length === 0 || !columns.some(({ role }) => role === 'prediction'))
    return { source, columns, classes: [] }
  const all = source.from(columns.map((column) => column.source))
  const unfolded = `(SELECT *, ${confidenceSql(classes)} AS ${CONFIDENCE.source} FROM ${all})`
  return { source: rowsIn(unfolded, source.rows), columns: [...columns, CONFIDENCE], classes }
}

/** Keeps the classes of {@link CONFIDENCE} in bins of their own. */
export function splitByClass(binning: NumericBinning, classes: readonly string[]): NumericBinning {
  const starts = classes.map((_, k) => confidenceOffset(k))
  return { ...withCuts(binning, starts), classes }
}
