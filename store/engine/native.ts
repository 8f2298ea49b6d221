import type { ClickHouseClient } from '@clickhouse/client'
import { storeFault } from './faults.ts'

/** The answer of a server in ClickHouse's own format, no faster than it is read. */
export async function* nativeOfServer(client: ClickHouseClient, query: string): AsyncGenerator<Uint8Array> {
  try {
    const { stream } = await client.exec({ query: `${query}\nFORMAT Native` })
    // A connection that is cut, as after an exception, fails here.
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    throw storeFault(error, { embedded: false, divided: false })
  }
}
