import type { Dispatcher } from 'undici'
import type { Source } from '../../control/declared/sources/source.ts'
import { createS3Store } from './s3/store.ts'
import { filesOf } from './files.ts'
import { openFolder } from './folder.ts'
import { LocationError, type Location } from './location.ts'
import type { SourceSettings } from './settings.ts'

export interface LocationContext {
  settings: SourceSettings
  /** Keeps requests to addresses that are allowed. */
  dispatcher: Dispatcher
  clock: () => Date
}

/** Opens where a source has its files. Throws {@link LocationError}. */
export async function openLocation(
  source: Source,
  { settings, dispatcher, clock }: LocationContext,
): Promise<Location> {
  if (source.folder !== undefined) return filesOf(await openFolder(source.folder, settings), source.match)
  if (source.s3 !== undefined)
    return filesOf(createS3Store(source.s3, settings, dispatcher, clock), source.match)
  throw new LocationError('not yet')
}
