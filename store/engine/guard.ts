import { Readable } from 'node:stream'
import { parseError, type ClickHouseClient } from '@clickhouse/client'
import { ROOM_BYTES } from './directory.ts'
import { StoreFull } from './errors.ts'
import { storeFault, type FaultContext } from './faults.ts'

/** What the statements of a process have found out about its store. */
export interface StoreHealth {
  /** The failure of a write since which no insert has succeeded. */
  full: StoreFull | undefined
}

export interface Guarding extends FaultContext {
  health: StoreHealth
  /** What is left of the disk that ClickHouse writes to; Infinity where that cannot be told. */
  freeBytes: (client: ClickHouseClient) => Promise<number>
}

/**
 * A client whose statements fail wherever ClickHouse failed: a server can report success first, and what went wrong only
 * in the body. What the store is to blame for is thrown as `StoreUnavailable`. `exec` resolves once the whole answer
 * is there, and `command` and inserts have none.
 */
export function guard(
  client: ClickHouseClient,
  { embedded, divided, health, freeBytes }: Guarding,
): ClickHouseClient {
  async function watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const fault = storeFault(error, { embedded, divided })
      if (fault instanceof StoreFull) health.full = fault
      throw fault
    }
  }

  const guarded: Pick<ClickHouseClient, 'query' | 'exec' | 'command' | 'insert'> = {
    query: (params) => watched(() => client.query(params)),
    insert: (params) => watched(() => client.insert(params)),
    exec: (params) =>
      watched(async () => {
        const result = await client.exec(params)
        const body = await wholeBody(result.stream)
        if ('values' in params) {
          refuseAnswer(body)
          health.full = undefined
        }
        return { ...result, stream: Readable.from([body], { objectMode: false }) }
      }),
    command: (params) =>
      watched(async () => {
        // A definition that finds no room becomes an empty file, with which ClickHouse would not start again.
        if ((await freeBytes(client)) < ROOM_BYTES) throw new StoreFull(embedded)
        const { stream, ...result } = await client.exec(params)
        refuseAnswer(await wholeBody(stream))
        return result
      }),
  }
  return Object.assign(Object.create(client) as ClickHouseClient, guarded)
}

/** Exceptions are cut by ClickHouse to half as much. */
const MAX_EXCEPTION_LENGTH = 32_768
/** As an answer ends that fails once it has begun, with status 200: by the version of ClickHouse, one or the other. */
const EXCEPTION = /\r\n__exception__\r\n|^(?:Code|Error): \d+\. DB::/m

async function wholeBody(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let cut: Error | undefined
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer)
  } catch (cause) {
    cut = cause as Error
  }
  const body = Buffer.concat(chunks)
  const end = body.subarray(-MAX_EXCEPTION_LENGTH).toString('utf8')
  const exception = end.search(EXCEPTION)
  // The connection is cut after an exception, which says more.
  if (exception !== -1) throw parseError(end.slice(exception))
  if (cut !== undefined) throw cut
  return body
}

function refuseAnswer(body: Buffer): void {
  if (body.length > 0) throw parseError(body.toString('utf8'))
}
