import type { FileEngine } from '../../../files/open-file.ts'
import type { Location, SourceFile } from '../../location.ts'
import type { ObjectStore } from '../../objects.ts'
import { fetchTableFile, readObject } from '../table-file.ts'
import { actionsOf, checkReadable, keyOf, type Action, type Add } from './actions.ts'
import { applied, broughtBy, isBirthOf } from './changes.ts'
import { readCheckpoint } from './checkpoint.ts'
import { readLog, snapshotOf, type DeltaLog } from './log.ts'

export interface DeltaOptions {
  engine: FileEngine
  /** A folder for copies that are read and removed. */
  spool: string
}

/**
 * The files of the Delta table at the root of `store`. At first those that it has now; then those with the rows that came
 * in the commit of the last file and after it, also where they have been compacted since. Where the log no longer has that
 * commit, after 30 days by default, again all that it has now: among them those that compactions wrote, whose rows come
 * twice. An UPDATE, MERGE or DELETE that rewrites files brings their other rows once more as well.
 */
export function deltaTable(store: ObjectStore, options: DeltaOptions): Pick<Location, 'list' | 'fetch'> {
  const readCommit = async (key: string, signal: AbortSignal): Promise<Action[]> => {
    const actions = actionsOf((await readObject(store, key, signal)).toString('utf8'), key)
    checkReadable(actions)
    return actions
  }
  /** The commits since the one that brought a file; undefined where the log does not have it. */
  async function commitsSince({ commits, newest }: DeltaLog, path: string, signal: AbortSignal) {
    const found: Action[][] = []
    for (let version = newest; commits.has(version); version--) {
      const actions = await readCommit(commits.get(version)!, signal)
      found.unshift(actions)
      if (isBirthOf(path, actions)) return found
    }
    return undefined
  }
  async function currentFiles(log: DeltaLog, signal: AbortSignal): Promise<Map<string, Add>> {
    const { checkpoint, commits } = snapshotOf(log)
    const start = checkpoint === undefined ? [] : await readCheckpoint(store, checkpoint, options, signal)
    checkReadable(start)
    const files = applied(new Map(), start)
    for (const key of commits) applied(files, await readCommit(key, signal))
    return files
  }
  return {
    async *list(last, signal) {
      const log = await readLog(store, signal)
      const commits = last === undefined ? undefined : await commitsSince(log, last, signal)
      const files = commits === undefined ? await currentFiles(log, signal) : broughtBy(commits)
      for (const add of files.values()) yield fileOf(add)
    },
    fetch: (file, target, signal) => fetchTableFile(store, file, target, signal),
  }
}

function fileOf(add: Add): SourceFile {
  const { size, modificationTime, partitionValues } = add
  return {
    path: keyOf(add),
    // A name is never given to other content.
    etag: `${size}-${modificationTime}`,
    size,
    modifiedAt: modificationTime,
    constants: Object.fromEntries(
      // An empty text stands for no value.
      Object.entries(partitionValues ?? {}).map(([name, value]) => [name, value === '' ? null : value]),
    ),
  }
}
