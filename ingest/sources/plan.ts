import type { KnownFile, LedgerChange, ListedFile } from '../../control/sources/ledger.ts'
import { DAY_MS } from '../../domain/time.ts'

/** How long files that are gone from their source are remembered. */
const REMEMBERED_MS = 90 * DAY_MS

/**
 * What a look at a source changes: new content is to be taken, whatever the path had before. What is known of a path that
 * is gone is forgotten: at once where nothing was taken, else after a while.
 * @param isWhole whether all that is there was listed, and not only what is new
 */
export function planChanges(
  known: readonly KnownFile[],
  listed: readonly ListedFile[],
  { now, isWhole }: { now: Date; isWhole: boolean },
): LedgerChange {
  const current = new Map(listed.map((file) => [file.path, file]))
  const stored = new Map(known.map((file) => [`${file.etag} ${file.path}`, file]))
  const added: ListedFile[] = []
  const [again, replaced, forgotten]: number[][] = [[], [], []]
  for (const file of current.values()) {
    const same = stored.get(`${file.etag} ${file.path}`)
    if (same === undefined) added.push(file)
    else if (same.state === 'replaced') again.push(same.number)
  }
  const newest = known.reduce((most, { number }) => Math.max(most, number), 0)
  for (const { number, path, etag, state, ended_at } of known) {
    const standing = current.get(path)
    if (standing !== undefined) {
      if (standing.etag !== etag && state !== 'replaced') replaced.push(number)
      continue
    }
    const isOld = ended_at !== null && ended_at < now.getTime() - REMEMBERED_MS
    const wasTaken = state === 'taken' || state === 'taking'
    if (isWhole ? !wasTaken || isOld : state === 'taken' && isOld && number !== newest) forgotten.push(number)
  }
  added.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1))
  return { added, again, replaced, forgotten }
}
