import type { ClickHouseClient } from '@clickhouse/client'
import { categoricalSummary } from '../../store/profiles/column-queries.ts'
import type { Column, Model } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { segmentText } from '../../store/profiles/segment-sql.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { rowsIn } from '../../store/profiles/row-source.ts'
import { MAX_SEGMENT_VALUES } from '../../store/profiles/segments.ts'

/** How the rows of `from` are split by the model's segment columns, as far as they are among `columns`. */
export async function deriveSegments(
  client: ClickHouseClient,
  from: string,
  { segments }: Pick<Model, 'segments'>,
  columns: readonly Column[],
): Promise<SegmentColumn[]> {
  const derived: SegmentColumn[] = []
  for (const name of segments) {
    const found = columns.find((column) => column.role === 'feature' && column.name === name)
    if (found === undefined) continue
    const { kind, source } = found
    const texts = `(SELECT ${segmentText({ kind, source })} AS value FROM ${from})`
    const { categories, truncated } = await categoricalSummary(
      client,
      rowsIn(texts, 0),
      'value',
      MAX_SEGMENT_VALUES,
    )
    const [{ missing }] = await rows<{ missing: number }>(
      client,
      `SELECT countIf(isNull(value)) AS missing FROM ${texts}`,
    )
    derived.push({
      column: name,
      kind,
      source,
      values: categories.map(({ category }) => category),
      other: truncated,
      missing: missing > 0,
    })
  }
  return derived
}
