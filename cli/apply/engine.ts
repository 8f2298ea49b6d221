import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileFormat } from '../../ingest/file-format.ts'
import type { Store } from '../../store/client.ts'
import { rows } from '../../store/query.ts'
import { literal } from '../../store/sql.ts'
import { withWorkspace, type Workspace } from '../compare/workspace.ts'

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
  const format = fileFormat(path)
  if (format === undefined) return undefined
  await mkdir(spool, { recursive: true })
  // The engine expands wildcards in a file name, so it is only ever given a name of our own.
  const link = join(spool, `${randomUUID()}${format.extension}`)
  await symlink(resolve(path), link)
  const query = `DESCRIBE TABLE file(${literal(link)}, ${format.engineFormat})`
  const found = await rows<{ name: string }>(store.rollup, query).catch(() => undefined)
  return found?.map(({ name }) => name)
}
