import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { openStore, type Store } from './client.ts'

let turn: Promise<unknown> = Promise.resolve()

/**
 * Does `work` with an engine that reads local files: the store's own where it is embedded, else one of this process for
 * as long as the work takes, with its data below `directory`. One at a time, as a process can have one data directory
 * open. Throws `StoreError` where the embedded engine is not installed.
 */
export async function withFileEngine<T>(
  store: Pick<Store, 'embedded' | 'rollup'>,
  directory: string,
  work: (client: ClickHouseClient) => Promise<T>,
): Promise<T> {
  if (store.embedded) return work(store.rollup)
  const done = turn.then(async () => {
    const path = join(directory, `engine-${randomUUID()}`)
    try {
      const engine = await openStore({ path }, 'memory')
      return await work(engine.rollup).finally(() => engine.close())
    } finally {
      await rm(path, { recursive: true, force: true })
    }
  })
  turn = done.catch(() => {})
  return done
}
