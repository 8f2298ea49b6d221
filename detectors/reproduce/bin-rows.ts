import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { identifier } from '../../store/engine/sql.ts'
import { rowsOfColumn } from '../../store/profiles/column-count.ts'
import { segmentText } from '../../store/profiles/segment-sql.ts'
import { slotSql } from '../../store/profiles/slot-sql.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import { readOffendingRows, valueOf, type OffendingRows } from '../../store/views/offending-rows.ts'
import { slotsOfGroup } from '../verdict/groups.ts'
import { NO_COLUMN, NO_MODEL, NO_SEGMENT } from './check.ts'
import { countedRows } from './counted-rows.ts'
import { NO_BINS, toProfile } from './reevaluate.ts'
import { columnOf } from './reproduce.ts'

export type BinRows = { status: 'found'; found: OffendingRows } | { status: 'unavailable'; reason: string }

/**
 * The rows of a result's window that lie in one of its bins, as they are stored now.
 * @param model as it is declared now; undefined where it was removed
 * @param bin its position among the groups of the result
 */
export async function binRows(
  store: Store,
  model: Model | undefined,
  result: StoredResult,
  bin: number,
): Promise<BinRows> {
  if (model === undefined) return NO_MODEL
  const { bins: binning, baseline } = result
  if (binning === null) return NO_BINS
  const column = columnOf(model, result)
  if (column?.kind !== binning.kind) return NO_COLUMN
  const counted = await countedRows(store, model, result)
  if (counted === undefined) return NO_SEGMENT
  const { segment } = counted.window
  const query = {
    model: model.name,
    column: { ...column, binning },
    ...counted.window,
    // Labels are joined with only those columns of their predictions that are asked for.
    segment: { condition: segment?.condition ?? '1', sources: [...(segment?.sources ?? []), 'id', 'ts'] },
  }
  const slots = slotsOfGroup({ binning, baseline: toProfile(baseline.profile) }, bin)
  const found = await readOffendingRows(store, {
    from: rowsOfColumn(store, query)!,
    isOffending: `has([${slots.join(', ')}], ${slotSql(identifier(column.source), binning)})`,
    ...valueOf(`toString(${segmentText(column)})`),
  })
  return { status: 'found', found }
}
