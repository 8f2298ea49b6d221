import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clickhouseUrl, type Environment } from '../../config.ts'
import { openStore, type Store } from '../../store/engine/client.ts'
import { EngineMissing } from '../../store/engine/errors.ts'
import { withWorkspace, type FileReading } from '../shared/workspace.ts'

/**
 * Does `work` with an engine for files: the store, where this process has opened it; else a scratch one in this process;
 * and where the embedded engine is not installed, the server at CLICKHOUSE_URL.
 */
export async function withEngine<T>(
  environment: Environment,
  store: Store | undefined,
  work: (workspace: FileReading) => Promise<T>,
): Promise<T> {
  if (store !== undefined) return withSpool(store, work)
  try {
    return await withWorkspace(work, () => {})
  } catch (cause) {
    const url = clickhouseUrl(environment)
    if (!(cause instanceof EngineMissing) || url === undefined) throw cause
    const server = await openStore({ url }, 'memory')
    return await withSpool(server, work).finally(() => server.close())
  }
}

async function withSpool<T>(store: Store, work: (workspace: FileReading) => Promise<T>): Promise<T> {
  const spool = await mkdtemp(join(tmpdir(), 'driftgauge-'))
  try {
    return await work({ store, spool })
  } finally {
    await rm(spool, { recursive: true, force: true })
  }
}
