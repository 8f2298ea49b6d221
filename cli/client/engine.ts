import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileFormat } from '../../ingest/files/file-format.ts'
import { openFile } from '../../ingest/files/open-file.ts'
import type { Store } from '../../store/engine/client.ts'
import { withWorkspace, type Workspace } from '../shared/workspace.ts'

/**
 * Does `work` with an engine of this process that can read files: the store, where this process has opened it,
 * since there can be no second one; else a scratch one.
 */
export async function withEngine<T>(
  store: Store | undefined,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  if (store?.embedded !== true) return withWorkspace(work, () => {})
  const spool = await mkdtemp(join(tmpdir(), 'driftgauge-'))
  try {
    return await work({ store, spool })
  } finally {
    await rm(spool, { recursive: true, force: true })
  }
}

/** Names of a file's columns, without reading its rows; undefined where the engine cannot tell them. */
export async function columnNames({ store, spool }: Workspace, path: string): Promise<string[] | undefined> {
  if (fileFormat(path) === undefined) return undefined
  const file = await openFile(store.rollup, path, spool).catch(() => undefined)
  await file?.close()
  return file?.columns.map(({ name }) => name)
}
