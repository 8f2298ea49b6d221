import type { ClickHouseClient } from '@clickhouse/client'
import type { ColumnInput } from '../../detectors/verdict/column-input.ts'
import { profileBaseline, profileWindow } from '../../ingest/baseline/profile-baseline.ts'
import { slotCount, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'
import { inTurn } from '../../domain/in-turn.ts'
import { portions } from '../../domain/portions.ts'
import type { CountedColumn } from './counted-column.ts'
import { exactCategorical, exactNumeric } from './exact.ts'
import type { ComparedColumn, Inputs } from './inputs.ts'
import { unseenValues } from './unseen.ts'
import { categoryCounts, numericCounts } from './value-counts.ts'

/** Told of each column when it is done. */
type Progress = (column: string) => void

/** Counts each column over its distinct values, one at a time so that memory stays bounded. */
export async function exactInputs(
  clients: readonly ClickHouseClient[],
  inputs: Inputs,
  onDone: Progress,
): Promise<CountedColumn[]> {
  return inTurn(clients.slice(0, 1), inputs.columns, async (client, column) => {
    const input = await exactInput(client, inputs, column)
    const [counted] = input
      ? [await withUnseen(client, inputs, { column, input, exact: true })]
      : await binnedColumns(client, inputs, [column])
    onDone(column.name)
    return counted
  })
}

async function exactInput(
  client: ClickHouseClient,
  { baseline, current }: Inputs,
  { kind, source, absent }: ComparedColumn,
): Promise<ColumnInput | undefined> {
  const sides = {
    baseline: baseline.from([source]),
    current: absent === undefined ? current.from([source]) : undefined,
  }
  const rows = { baseline: baseline.rows, current: current.rows }
  if (kind === 'categorical') {
    const found = await categoryCounts(client, sides, source)
    return found && exactCategorical(found, rows)
  }
  const found = await numericCounts(client, sides, source)
  return found && exactNumeric(found, rows)
}

/** A statement takes the engine time for each column before it reads a row. */
const MAX_COLUMNS_AT_ONCE = 20
/** Each connection gets a share of the columns in about so many portions, so that all end at about the same time. */
const PORTIONS = 6

/** Counts all columns over bins that the baseline gives, as the service does. */
export async function binnedInputs(
  clients: readonly ClickHouseClient[],
  inputs: Inputs,
  onDone: Progress,
): Promise<CountedColumn[]> {
  const { columns } = inputs
  const size = Math.min(MAX_COLUMNS_AT_ONCE, Math.ceil(columns.length / (clients.length * PORTIONS)))
  const counted = await inTurn(clients, portions(columns, size), async (client, portion) => {
    const found = await binnedColumns(client, inputs, portion)
    for (const { name } of portion) onDone(name)
    return found
  })
  return counted.flat()
}

async function binnedColumns(
  client: ClickHouseClient,
  inputs: Inputs,
  columns: readonly ComparedColumn[],
): Promise<CountedColumn[]> {
  const { baseline, current } = inputs
  const features = columns.map(({ name, kind, source }) => ({ role: 'feature' as const, name, kind, source }))
  const profiled = await profileBaseline(client, baseline, features)
  const present = profiled.filter((_, i) => columns[i].absent === undefined)
  const windows = await profileWindow(client, current, present)
  const windowOf = new Map(present.map(({ name }, i) => [name, windows[i]]))
  const counted: CountedColumn[] = []
  for (const [i, { binning, profile }] of profiled.entries()) {
    const window = windowOf.get(columns[i].name) ?? allMissing(binning, current.rows)
    const input = { binning, baseline: profile, window }
    counted.push(await withUnseen(client, inputs, { column: columns[i], input, exact: false }))
  }
  return counted
}

async function withUnseen(
  client: ClickHouseClient,
  { current }: Inputs,
  counted: Omit<CountedColumn, 'unseen'>,
): Promise<CountedColumn> {
  return { ...counted, unseen: await unseenValues(client, current, counted) }
}

function allMissing(binning: ColumnBinning, rows: number): ColumnProfile {
  const zeros = new Array<number>(slotCount(binning)).fill(0)
  return { counts: zeros.with(0, rows), sums: binning.kind === 'numeric' ? zeros : [], squares: 0 }
}
