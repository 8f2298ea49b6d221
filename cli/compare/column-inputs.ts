import type { ClickHouseClient } from '@clickhouse/client'
import type { ColumnInput } from '../../detectors/verdict/column-input.ts'
import { deriveBinning } from '../../ingest/baseline/binning.ts'
import { profileColumns } from '../../ingest/baseline/profile.ts'
import type { StagedFile } from '../../ingest/files/files.ts'
import { slotCount, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'
import type { BinnedColumn } from '../../store/profiles/profile-sql.ts'
import { exactCategorical, exactNumeric } from './exact.ts'
import type { ComparedColumn, Inputs } from './inputs.ts'
import { categoryCounts, numericCounts } from './value-counts.ts'

export interface CountedColumn {
  column: ComparedColumn
  input: ColumnInput
  /** False where bins stand in for values, and KS and Wasserstein are lower bounds. */
  exact: boolean
}

type Progress = (done: number, column: string) => void

/** Counts each column over its distinct values, one at a time so that memory stays bounded. */
export async function* exactInputs(
  client: ClickHouseClient,
  inputs: Inputs,
  onProgress: Progress,
): AsyncGenerator<CountedColumn> {
  for (const [done, column] of inputs.columns.entries()) {
    onProgress(done, column.name)
    const input = await exactInput(client, inputs, column)
    if (input) yield { column, input, exact: true }
    else yield* binnedInputs(client, { ...inputs, columns: [column] }, () => {})
  }
}

async function exactInput(
  client: ClickHouseClient,
  inputs: Inputs,
  column: ComparedColumn,
): Promise<ColumnInput | undefined> {
  const { baseline, current } = inputs
  const sides = { baseline: baseline.table, current: column.absent === undefined ? current.table : undefined }
  const rows = { baseline: baseline.rows, current: current.rows }
  if (column.kind === 'categorical') {
    const found = await categoryCounts(client, sides, column.source)
    return found && exactCategorical(found, rows)
  }
  const found = await numericCounts(client, sides, column.source)
  return found && exactNumeric(found, rows)
}

/** Counts all columns over bins that the baseline gives, as the service does. */
export async function* binnedInputs(
  client: ClickHouseClient,
  inputs: Inputs,
  onProgress: Progress,
): AsyncGenerator<CountedColumn> {
  const { baseline, current, columns } = inputs
  const binned: BinnedColumn[] = []
  for (const [done, column] of columns.entries()) {
    onProgress(done, column.name)
    const { name, kind, source } = column
    binned.push({
      role: 'feature',
      name,
      kind,
      source,
      binning: await deriveBinning(client, baseline.table, column),
    })
  }
  const baselineProfiles = await profileColumns(client, baseline.table, binned)
  const currentProfiles = await presentProfiles(client, current, columns, binned)
  for (const [i, column] of columns.entries()) {
    const window = currentProfiles.get(column.name) ?? allMissing(binned[i].binning, current.rows)
    yield {
      column,
      input: { binning: binned[i].binning, baseline: baselineProfiles[i], window },
      exact: false,
    }
  }
}

async function presentProfiles(
  client: ClickHouseClient,
  current: StagedFile,
  columns: readonly ComparedColumn[],
  binned: readonly BinnedColumn[],
): Promise<Map<string, ColumnProfile>> {
  const present = binned.filter((_, i) => columns[i].absent === undefined)
  const profiles = await profileColumns(client, current.table, present)
  return new Map(present.map(({ name }, i) => [name, profiles[i]]))
}

function allMissing(binning: ColumnBinning, rows: number): ColumnProfile {
  const zeros = new Array<number>(slotCount(binning)).fill(0)
  return { counts: zeros.with(0, rows), sums: binning.kind === 'numeric' ? zeros : [], squares: 0 }
}
