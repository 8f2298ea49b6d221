import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client'
import type { Control, ControlLocation } from '../../control/database/control.ts'
import { openControl, type OpenOptions } from '../../control/database/open.ts'
import { shardsOf } from './cluster.ts'
import type { Engine } from './engine.ts'
import { guard, type StoreHealth } from './guard.ts'
import { isHeld, prepareDirectory } from './directory.ts'
import { StoreError } from './errors.ts'
import { openServer, type ServerLocation } from './server.ts'
import { SETTINGS, type Settings } from './settings.ts'
import { singleNode, type Shards } from './shards.ts'
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
  /** Where the tables of events are. */
  readonly shards: Shards
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

export type StoreLocation = { path: string } | ServerLocation

export interface StoreOptions extends OpenOptions {
  /** By default true. */
  durable?: boolean
}

/**
 * Opens ClickHouse embedded at `path`, or the server at `url`, and the database of control state. Throws
 * {@link StoreError} with what to do. Only of a cluster a node must answer.
 */
export async function openStore(
  location: StoreLocation,
  state: ControlLocation,
  { durable = true, ...opening }: StoreOptions = {},
): Promise<Store> {
  const { connect, freeBytes, stream, native, closeNative, cluster } =
    'url' in location ? await openServer(location) : await openEngine(location.path)
  const embedded = 'path' in location
  const health: StoreHealth = { full: undefined }
  const guarded = (url?: string) =>
    guard(connect(url), { embedded, divided: cluster !== undefined, health, freeBytes })
  const ingest = guarded()
  const rollup = guarded()
  const read = guarded()
  const nodes = cluster && shardsOf(cluster, { url: cluster.url, first: rollup, connect: guarded })
  const closeEngine = () =>
    Promise.all([ingest.close(), rollup.close(), read.close(), closeNative?.(), nodes?.close()])
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
    shards: nodes ?? singleNode(rollup),
    stream,
    native,
    async close() {
      await Promise.all([closeEngine(), control.destroy()])
    },
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

/**
 * The engine's adapter runs a statement for each setting, together longer than most of ours; here one sets them all. The
 * engine keeps them, so it is sent again only where they differ, or where it may not have run.
 */
function setTogether(connection: Connection): Connection {
  let known: string | undefined
  async function run<P extends { query: string; clickhouse_settings?: Settings }, R>(
    send: (params: P) => Promise<R>,
    params: P,
  ): Promise<R> {
    const settings = setStatement(params.clickhouse_settings ?? {})
    const query = settings === known ? params.query : `${settings}; ${params.query}`
    try {
      const result = await send({ ...params, query, clickhouse_settings: {} })
      known = settings
      return result
    } catch (error) {
      known = undefined
      throw error
    }
  }
  return {
    query: (params) => run((prepared) => connection.query(prepared), params),
    insert: (params) => run((prepared) => connection.insert(prepared), params),
    command: (params) => run((prepared) => connection.command(prepared), params),
    exec: (params) => run((prepared) => connection.exec(prepared), params),
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
