import type { ClickHouseClient } from '@clickhouse/client'
import type { Reused } from '../../detectors/quality/judge-model.ts'
import type { StagedFile } from '../../ingest/files/files.ts'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import type { Inputs } from './inputs.ts'

/** Of a column of ids, how many occur more than once. */
export interface IdCounts {
  column: string
  baseline: Reused
  current: Reused
}

/** Of more ids a sample by their hash is looked at, so that memory stays bounded. */
const MAX_IDS = 200_000

/** Counts the ids of columns that hold some, judging by the baseline or by their name, and that both files have. */
export async function countIds(
  client: ClickHouseClient,
  { baseline, current, columns, leftOut, ignored }: Inputs,
): Promise<IdCounts[]> {
  const likely = leftOut.filter(({ reason }) => reason === 'id').map(({ column }) => column)
  const named = columns.filter(({ name }) => name === 'id').map(({ name }) => name)
  const counted: IdCounts[] = []
  for (const column of [...likely, ...named]) {
    if (ignored.has(column) || !current.columns.some(({ name }) => name === column)) continue
    counted.push({
      column,
      baseline: await countReused(client, baseline, column),
      current: await countReused(client, current, column),
    })
  }
  return counted
}

async function countReused(client: ClickHouseClient, file: StagedFile, column: string): Promise<Reused> {
  const source = file.source(column)
  const id = identifier(source)
  const every = Math.ceil(file.rows / MAX_IDS)
  const sampled = every === 1 ? '' : `AND sipHash64(${id}) % ${every} = 0`
  const [found] = await rows<Reused>(
    client,
    `SELECT count() AS looked, countIf(n > 1) AS reused
     FROM (SELECT count() AS n FROM ${file.from([source])} WHERE isNotNull(${id}) ${sampled} GROUP BY ${id})`,
  )
  return found
}
