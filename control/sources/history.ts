import type { Control } from '../database/control.ts'
import { fileOf, FILE_STATES, type FileState, type LedgerFile } from './ledger.ts'

/** Files of a source by what became of them, and what came of them. */
export interface FileCounts {
  files: Record<FileState, number>
  accepted: number
  rejected: number
}

/** The files of a source, the newest first. */
export async function listFiles(
  control: Control,
  source: string,
  { state, before, limit }: { state?: FileState | undefined; before?: number | undefined; limit: number },
): Promise<LedgerFile[]> {
  const rows = await control
    .selectFrom('source_files')
    .selectAll()
    .where('source', '=', source)
    .$if(state !== undefined, (query) => query.where('state', '=', state!))
    .$if(before !== undefined, (query) => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map(fileOf)
}

/** Numbers of files that failed, or of the newest one of a path. */
export async function filesToRetry(
  control: Control,
  source: string,
  path: string | undefined,
): Promise<number[]> {
  const query = control.selectFrom('source_files').select('number').where('source', '=', source)
  const found =
    path === undefined
      ? await query.where('state', '=', 'failed').execute()
      : await query.where('path', '=', path).where('state', 'in', ['failed', 'taken']).orderBy('number', 'desc').limit(1).execute() // prettier-ignore
  return found.map(({ number }) => number)
}

/** Of each source that has files, or of one. */
export async function countFiles(control: Control, source?: string): Promise<Map<string, FileCounts>> {
  const rows = await control
    .selectFrom('source_files')
    .select(({ fn }) => [
      'source',
      'state',
      fn.countAll<number>().as('files'),
      fn.sum<number | string>('accepted').as('accepted'),
      fn.sum<number | string>('rejected').as('rejected'),
    ])
    .$if(source !== undefined, (query) => query.where('source', '=', source!))
    .groupBy(['source', 'state'])
    .execute()
  const counts = new Map<string, FileCounts>()
  for (const { source, state, files, accepted, rejected } of rows) {
    const found = counts.get(source) ?? noFiles()
    found.files[state as FileState] = Number(files)
    found.accepted += Number(accepted)
    found.rejected += Number(rejected)
    counts.set(source, found)
  }
  return counts
}

export const noFiles = (): FileCounts => ({
  files: Object.fromEntries(FILE_STATES.map((state) => [state, 0])) as Record<FileState, number>,
  accepted: 0,
  rejected: 0,
})
