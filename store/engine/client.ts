import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client'
import type { Control, ControlLocation } from '../../control/database/control.ts'
import { openControl, type OpenOptions } from '../../control/database/open.ts'
import { guard, type Guarding, type StoreHealth } from './guard.ts'
import { isHeld, prepareDirectory } from './directory.ts'
import { StoreError } from './errors.ts'
import { nativeOfServer } from './native.ts'
import { identifier, literal } from './sql.ts'

/**
 * The connections of one process. Each runs one statement at a time when the engine is embedded, so ingest,
 * rollup and reads have their own and do not wait for one another.
 */
export interface Store {
  readonly ingest: ClickHouseClient
  readonly rollup: ClickHouseClient
  readonly read: ClickHouseClient
  /** One more connection, for a statement beside others. Whoever asks for it closes it. */
  readonly connect: () => ClickHouseClient
  /** What is declared, and what alerts stand at. */
  readonly control: Control
  /** True when ClickHouse runs inside this process and can read local files. */
  readonly embedded: boolean
  /** Whether events are on the disk before they are acknowledged: see `syncDurability`. */
  readonly durable: boolean
  readonly health: StoreHealth
  /**
   * The answer to a long statement as lines of JSONCompactEachRow, computed no faster than it is read, on a connection
   * of its own. Only where ClickHouse is embedded; elsewhere undefined.
   */
  readonly stream: ((query: string) => AsyncIterable<string>) | undefined
  /** The answer to a long statement in ClickHouse's own format, computed no faster than it is read. */
  readonly native: (query: string) => AsyncIterable<Uint8Array>
  close(): Promise<void>
}

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>
type Settings = ClickHouseClientConfigOptions['clickhouse_settings']

export type StoreLocation = { path: string } | { url: string }

/**
 * Every setting that any statement here relies on. The embedded engine keeps a setting for later statements,
 * so each request must state them all: never pass `clickhouse_settings` to a single request.
 */
const SETTINGS = {
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
} as const satisfies ClickHouseClientConfigOptions['clickhouse_settings']

export interface StoreOptions extends OpenOptions {
  /** By default true. */
  durable?: boolean
}

/**
 * Opens ClickHouse embedded at `path`, or the server at `url`, and the database of control state. Throws
 * {@link StoreError} with what to do.
 */
export async function openStore(
  location: StoreLocation,
  state: ControlLocation,
  { durable = true, ...opening }: StoreOptions = {},
): Promise<Store> {
  const { connect, freeBytes, stream, native, closeNative } =
    'url' in location ? server(location.url) : await openEngine(location.path)
  const embedded = 'path' in location
  const health: StoreHealth = { full: undefined }
  const guarded = () => guard(connect(), { embedded, health, freeBytes })
  const ingest = guarded()
  const rollup = guarded()
  const read = guarded()
  const closeEngine = () => Promise.all([ingest.close(), rollup.close(), read.close(), closeNative?.()])
  const control = await openControl(state, opening).catch(async (cause: unknown) => {
    await closeEngine()
    throw cause
  })
  return {
    ingest,
    rollup,
    read,
    connect: guarded,
    control,
    embedded,
    durable,
    health,
    stream,
    native,
    async close() {
      await Promise.all([closeEngine(), control.destroy()])
    },
  }
}

interface Engine {
  connect: () => ClickHouseClient
  freeBytes: Guarding['freeBytes']
  stream: Store['stream']
  native: Store['native']
  closeNative?: () => Promise<void>
}

function server(url: string): Engine {
  // Progress headers keep the connection of a long statement alive.
  const settings = {
    ...SETTINGS,
    send_progress_in_http_headers: 1,
    http_headers_progress_interval_ms: '10000',
    // Written as a row, an error would be taken for one.
    http_write_exception_in_output_format: 0,
  } as const
  const connect = () =>
    createClient({
      url,
      // Its own words are lines of no form, and whoever catches an error logs it.
      log: { level: ClickHouseLogLevel.OFF },
      clickhouse_settings: settings,
      request_timeout: 120_000,
      // An idle connection that the server is about to close must not take the next statement.
      keep_alive: { enabled: true, eagerly_destroy_stale_sockets: true },
    })
  const exporting = connect()
  return {
    connect,
    freeBytes: freeBytesOfServer,
    stream: undefined,
    native: (query) => nativeOfServer(exporting, query),
    closeNative: () => exporting.close(),
  }
}

async function freeBytesOfServer(client: ClickHouseClient): Promise<number> {
  const query = `SELECT toFloat64(unreserved_space) AS free FROM system.disks WHERE name = 'default'`
  try {
    const result = await client.query({ query, format: 'JSONEachRow' })
    const [disk] = await result.json<{ free: number }>()
    return disk?.free ?? Infinity
  } catch {
    // Not every user may ask; and of a server that is away the statement itself tells.
    return Infinity
  }
}

async function openEngine(path: string): Promise<Engine> {
  const { createChdbConnection } = await loadEngine()
  const directory = resolve(path)
  prepareDirectory(directory, ['data', 'metadata', 'status', 'store'])
  const connect = () => {
    try {
      // The engine is typed against another copy of the client's own types.
      const connection = createChdbConnection({ path: directory }) as unknown as Connection
      return createClient({ connection: setTogether(connection), clickhouse_settings: SETTINGS })
    } catch (cause) {
      // The engine prints its reason and throws none.
      throw isHeld(directory) ? StoreError.inUse(directory, cause) : StoreError.notOpened(directory, cause)
    }
  }
  async function* chunks(
    query: string,
    format: string,
  ): AsyncGenerator<{ raw(): Uint8Array; text(): string }> {
    // The client waits for an answer to be complete.
    const connection = createChdbConnection({ path: directory })
    try {
      await connection.chdb.queryAsync(setStatement(SETTINGS))
      yield* connection.chdb.queryStream(query, { format })
    } finally {
      await connection.close()
    }
  }
  async function* stream(query: string): AsyncGenerator<string> {
    for await (const chunk of chunks(query, 'JSONCompactEachRow')) yield chunk.text()
  }
  async function* native(query: string): AsyncGenerator<Uint8Array> {
    // A copy, as the memory of a chunk is the engine's.
    for await (const chunk of chunks(query, 'Native')) yield Buffer.from(chunk.raw())
  }
  const freeBytes = async () => {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  }
  return { connect, freeBytes, stream, native }
}

function setStatement(settings: NonNullable<Settings>): string {
  const assignments = Object.entries(settings).map(
    ([name, value]) => `${identifier(name)} = ${literal(String(value))}`,
  )
  return `SET ${assignments.join(', ')}`
}

/** The engine's adapter runs a statement for each setting, together longer than most of ours; here one sets them all. */
function setTogether(connection: Connection): Connection {
  const prepare = <P extends { query: string; clickhouse_settings?: Settings }>(params: P): P => {
    const query = `${setStatement(params.clickhouse_settings ?? {})}; ${params.query}`
    return { ...params, query, clickhouse_settings: {} }
  }
  return {
    query: (params) => connection.query(prepare(params)),
    insert: (params) => connection.insert(prepare(params)),
    command: (params) => connection.command(prepare(params)),
    exec: (params) => connection.exec(prepare(params)),
    ping: (params) => connection.ping(params),
    close: () => connection.close(),
  }
}

async function loadEngine(): Promise<typeof import('chdb/connection')> {
  try {
    return await import('chdb/connection')
  } catch (cause) {
    throw StoreError.noEngine(cause)
  }
}
