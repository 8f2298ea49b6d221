import { LocationError, type Location, type SourceFile } from '../../location.ts'
import type { ObjectStore } from '../../objects.ts'
import { fetchTableFile } from '../table-file.ts'
import { ManifestReader, type Entry } from './manifests.ts'
import { readMetadata, type IcebergMetadata, type Snapshot } from './metadata.ts'

/** What a snapshot changed. */
interface Change {
  snapshot: Snapshot
  entries: readonly Entry[]
}

/**
 * The files of the Iceberg table at the root of `store`, which needs no catalog. At first those that it has now; then those
 * with the rows that came in the snapshot of the last file and after it, also where they have been compacted since. Where
 * that snapshot has expired, again all that it has now: among them those that compactions wrote, whose rows come twice. An
 * UPDATE, MERGE or DELETE that rewrites files brings their other rows once more as well. A file is read with the names that
 * its columns had when it was written. Files hold the columns that they are partitioned by, save those of a table that was
 * migrated from Hive.
 */
export function icebergTable(store: ObjectStore): Pick<Location, 'list' | 'fetch'> {
  return {
    async *list(last, signal) {
      const metadata = await readMetadata(store, signal)
      const { current } = metadata
      if (current === undefined) return
      const reader = new ManifestReader(store, metadata.location)
      const changes = last === undefined ? undefined : await changesSince(reader, metadata, last, signal)
      await checkDeletes(reader, current, changes, signal)
      const entries =
        changes === undefined ? await currentFiles(reader, current, signal) : broughtBy(changes).values()
      for (const entry of entries) yield fileOf(entry, metadata)
    },
    fetch: (file, target, signal) => fetchTableFile(store, file, target, signal),
  }
}

async function currentFiles(
  reader: ManifestReader,
  current: Snapshot,
  signal: AbortSignal,
): Promise<Entry[]> {
  const files: Entry[] = []
  for (const manifest of await reader.manifestsOf(current, signal)) {
    if (manifest.isOfDeletes) continue
    files.push(...(await reader.entriesOf(manifest, signal)).filter(({ isLive }) => isLive))
  }
  return files
}

/** The changes since the snapshot that added a file, the oldest first; undefined where that has expired. */
async function changesSince(
  reader: ManifestReader,
  { current, snapshots }: IcebergMetadata,
  path: string,
  signal: AbortSignal,
): Promise<Change[] | undefined> {
  const changes: Change[] = []
  for (
    let snapshot = current;
    snapshot !== undefined;
    snapshot = snapshots.get(snapshot['parent-snapshot-id'] ?? '')
  ) {
    const entries = await entriesBy(reader, snapshot, signal)
    changes.unshift({ snapshot, entries })
    if (entries.some((entry) => entry.isLive && entry.path === path)) return changes
  }
  return undefined
}

/** The files that a snapshot added or removed. */
async function entriesBy(reader: ManifestReader, snapshot: Snapshot, signal: AbortSignal): Promise<Entry[]> {
  const id = snapshot['snapshot-id']
  const entries: Entry[] = []
  for (const manifest of await reader.manifestsOf(snapshot, signal)) {
    if (manifest.isOfDeletes || manifest.snapshot !== id) continue
    entries.push(...(await reader.entriesOf(manifest, signal)).filter((entry) => entry.snapshot === id))
  }
  return entries
}

/** Only a compaction replaces files without a change of rows: what it wrote is left out, and what it replaced stays. */
function broughtBy(changes: readonly Change[]): Map<string, Entry> {
  const files = new Map<string, Entry>()
  for (const { snapshot, entries } of changes) {
    if (snapshot.summary?.operation === 'replace') continue
    for (const entry of entries) if (!entry.isLive) files.delete(entry.path)
    for (const entry of entries) if (entry.isLive) files.set(entry.path, entry)
  }
  return files
}

/** Throws where the files to read have rows that are deleted in other files. Earlier deletes do not touch later files. */
async function checkDeletes(
  reader: ManifestReader,
  current: Snapshot,
  changes: readonly Change[] | undefined,
  signal: AbortSignal,
): Promise<void> {
  const since = changes && new Set(changes.map(({ snapshot }) => snapshot['snapshot-id']))
  for (const manifest of await reader.manifestsOf(current, signal)) {
    if (!manifest.isOfDeletes || since?.has(manifest.snapshot) === false) continue
    if ((await reader.entriesOf(manifest, signal)).some(({ isLive }) => isLive))
      throw new LocationError('the Iceberg table has delete files, which are not supported: let it write deletes into its data files (write.delete.mode, write.update.mode and write.merge.mode = copy-on-write), and rewrite those that it has with rewrite_data_files') // prettier-ignore
  }
}

function fileOf({ path, format, size, snapshot }: Entry, { snapshots }: IcebergMetadata): SourceFile {
  if (format.toUpperCase() !== 'PARQUET')
    throw new LocationError(`the Iceberg table has files in ${format}, of which only PARQUET is supported`)
  // Of an expired snapshot no more is known than that it was before the others.
  const earliest = Math.min(...[...snapshots.values()].map((one) => one['timestamp-ms']))
  return {
    path,
    // A name is never given to other content.
    etag: String(size),
    size,
    modifiedAt: snapshots.get(snapshot)?.['timestamp-ms'] ?? earliest,
    constants: {},
  }
}
