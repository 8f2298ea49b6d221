import type { ClickHouseClient } from '@clickhouse/client'
import type { CleanRows } from './clean-rows.ts'
import type { Layout } from './layout.ts'
import type { RecordOrigin } from '../decode/origin.ts'
import type { RecordOptions } from './read-records.ts'

/** A body whose rows are staged. */
export interface Body extends RecordOptions {
  client: ClickHouseClient
  /** Of the staged rows. */
  table: string
  rows: number
  staged: number
  hasSlow: boolean
  layout: Layout
  clean: CleanRows
  /** Where a row came from; absent where the source numbers nothing. */
  originOf?: (row: number) => RecordOrigin
}
