import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { openStore, type Store } from '../../store/engine/client.ts'
import { StoreError, StoreFull } from '../../store/engine/errors.ts'

/** What files are read with. */
export interface FileReading {
  store: Store
  /** Directory for links to the files that are read. */
  spool: string
}

export interface Workspace extends FileReading {
  /** Connections for statements side by side, one a core. */
  clients: readonly ClickHouseClient[]
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work` with a store in a temporary directory, which is gone afterwards, also on errors and Ctrl-C.
 * `onInterrupt` is called before a stop signal ends the process.
 */
export async function withWorkspace<T>(
  work: (workspace: Workspace) => Promise<T>,
  onInterrupt: () => void,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-compare-'))
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  const release = onSignal(() => {
    onInterrupt()
    remove()
  })
  try {
    const store = await openStore({ path: join(directory, 'store') }, 'memory')
    const clients = Array.from({ length: availableParallelism() }, () => store.connect())
    try {
      return await work({ store, clients, spool: join(directory, 'spool') })
    } catch (cause) {
      throw cause instanceof StoreFull ? StoreError.noRoom(tmpdir(), cause) : cause
    } finally {
      await Promise.all(clients.map((client) => client.close()))
      await store.close()
    }
  } finally {
    remove()
    release()
  }
}

/** Cleans up at a stop signal, then lets it end the process as it would have. Returns how to undo this. */
export function onSignal(cleanUp: () => void): () => void {
  const release = () => SIGNALS.forEach((signal) => process.off(signal, handle))
  const handle = (signal: NodeJS.Signals) => {
    release()
    try {
      cleanUp()
    } finally {
      // Later, when other listeners have had their turn: while any is left the signal would not end the process.
      setImmediate(() => process.kill(process.pid, signal))
    }
  }
  SIGNALS.forEach((signal) => process.on(signal, handle))
  return release
}
