import { decodedPath, type Action, type Add } from './actions.ts'

/** The files that hold the rows of a table, by path, after further actions. */
export function applied(files: Map<string, Add>, actions: readonly Action[]): Map<string, Add> {
  for (const { remove } of actions) if (remove !== undefined) files.delete(remove.path)
  for (const { add } of actions) if (add !== undefined) files.set(add.path, add)
  return files
}

/**
 * The files with rows that these commits brought, the oldest first. Of a compaction, which brings none, the files are left
 * out that it wrote, and those stay that it replaced. A file whose rows were changed or deleted is left out for the one that
 * replaced it, which holds its other rows once more.
 */
export function broughtBy(commits: readonly (readonly Action[])[]): Map<string, Add> {
  const files = new Map<string, Add>()
  for (const actions of commits) {
    const before = new Set(files.keys())
    const removed = new Set(actions.flatMap(({ remove }) => remove?.path ?? []))
    for (const { remove } of actions) if (remove?.dataChange) files.delete(remove.path)
    for (const { add } of actions) {
      if (!add?.dataChange) continue
      // Rows of a file that was there were deleted, which is written beside it.
      const isOlder = removed.has(add.path) && !before.has(add.path)
      if (!isOlder || !add.deletionVector) files.set(add.path, add)
    }
  }
  return files
}

/** Whether a file came to be in a commit. Its description alone may be written again, with nothing removed. */
export function isBirthOf(key: string, actions: readonly Action[]): boolean {
  const added = actions.find(({ add }) => add !== undefined && decodedPath(add.path) === key)?.add
  return added !== undefined && (added.dataChange || actions.some(({ remove }) => remove !== undefined))
}
