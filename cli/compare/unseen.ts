import type { ClickHouseClient } from '@clickhouse/client'
import type { ColumnInput } from '../../detectors/verdict/column-input.ts'
import { MAX_NAMED, outsideOf, withShares, type UnseenValue } from '../../detectors/verdict/unseen-values.ts'
import { frequentValues, type FrequentValue } from '../../store/profiles/frequent-values.ts'
import type { RowSource } from '../../store/profiles/row-source.ts'
import type { CountedColumn } from './counted-column.ts'

/** The most frequent values of the current file that the baseline does not have. */
export async function unseenValues(
  client: ClickHouseClient,
  current: RowSource,
  { column, input, exact }: Omit<CountedColumn, 'unseen'>,
): Promise<UnseenValue[]> {
  const { slots, window } = outsideOf(input)
  if (window === 0 || column.absent !== undefined) return []
  if (exact) return withShares(counted(input, slots), input)
  const binned = { ...column, role: 'feature' as const, binning: input.binning }
  return withShares(
    await frequentValues(client, `${current.from([column.source])} WHERE 1`, binned, slots, MAX_NAMED),
    input,
  )
}

/** Where every value has a slot of its own. */
function counted({ binning, window }: ColumnInput, slots: readonly number[]): FrequentValue[] {
  const values = binning.kind === 'numeric' ? binning.edges : binning.categories
  return slots
    .flatMap((slot) =>
      window.counts[slot] > 0 ? [{ value: String(values[slot - 1]), rows: window.counts[slot] }] : [],
    )
    .toSorted((a, b) => b.rows - a.rows)
    .slice(0, MAX_NAMED)
}
