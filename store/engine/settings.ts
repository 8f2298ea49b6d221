import type { ClickHouseClientConfigOptions } from '@clickhouse/client'

export type Settings = NonNullable<ClickHouseClientConfigOptions['clickhouse_settings']>

/**
 * Every setting that any statement here relies on. The embedded engine keeps a setting for later statements, and one
 * without a value here would keep that of another request: never pass `clickhouse_settings` to a single request.
 */
export const SETTINGS = {
  // Compiling an aggregation takes tens of milliseconds, which only one that comes again and again pays back.
  min_count_to_compile_aggregate_expression: '50',
  session_timezone: 'UTC',
  date_time_input_format: 'best_effort',
  input_format_try_infer_exponent_floats: 1,
  input_format_allow_errors_num: '0',
  input_format_null_as_default: 0,
  insert_deduplication_token: '',
  join_use_nulls: 1,
  max_execution_time: 0,
  max_memory_usage: '0',
  max_ast_elements: '10000000',
  max_expanded_ast_elements: '10000000',
  max_query_size: '268435456',
  output_format_json_quote_64bit_integers: 0,
} as const satisfies Settings
