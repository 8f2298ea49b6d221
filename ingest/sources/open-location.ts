import picomatch from 'picomatch'
import type { Dispatcher } from 'undici'
import { settleOf, type Source } from '../../control/declared/sources/source.ts'
import type { Store } from '../../store/engine/client.ts'
import { filesOf } from './files.ts'
import { openFolder } from './folder.ts'
import type { Location } from './location.ts'
import type { ObjectStore } from './objects.ts'
import { createPostgresLocation } from './postgres/location.ts'
import { createS3Store } from './s3/store.ts'
import type { SourceSettings } from './settings.ts'
import { deltaTable } from './tables/delta/table.ts'
import { icebergTable } from './tables/iceberg/table.ts'

export interface LocationContext {
  store: Store
  settings: SourceSettings
  /** Keeps requests to addresses that are allowed. */
  dispatcher: Dispatcher
  clock: () => Date
  /** Directory for files that are being read. */
  spool: string
}

/** Opens where a source has its files. Throws `LocationError`. */
export async function openLocation(source: Source, context: LocationContext): Promise<Location> {
  const { settings, dispatcher, clock } = context
  const { folder, s3, postgres, timezone } = source
  if (folder !== undefined) return tableOrFiles(source, await openFolder(folder, settings), context)
  if (s3 !== undefined) return tableOrFiles(source, createS3Store(s3, settings, dispatcher, clock), context)
  const now = () => clock().getTime()
  return createPostgresLocation(postgres!, { settleMs: settleOf(source), timezone, settings, now })
}

function tableOrFiles({ table, match }: Source, objects: ObjectStore, context: LocationContext): Location {
  if (table === undefined) return filesOf(objects, match)
  const found =
    table === 'delta'
      ? deltaTable(objects, { engine: context.store, spool: context.spool })
      : icebergTable(objects)
  const matches = match === undefined ? () => true : picomatch(match)
  return {
    async *list(last, signal, leftOut) {
      for await (const file of found.list(last, signal))
        if (matches(file.path)) yield file
        else leftOut?.(file.path)
    },
    fetch: (file, target, signal) => found.fetch(file, target, signal),
    close: () => objects.close(),
  }
}
