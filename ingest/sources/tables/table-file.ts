import { LocationError, type SourceFile } from '../location.ts'
import type { ObjectStore, StoredObject } from '../objects.ts'

/** The content of an object that must be there, below the root of a table. */
export async function readObject(store: ObjectStore, key: string, signal: AbortSignal): Promise<Buffer> {
  const content = await store.read(key, signal)
  if (content === undefined)
    throw new LocationError(`the table names ${key}, which is not there. It may just have been removed: the next look will tell.`) // prettier-ignore
  return content
}

/** Writes a file that a table has named to `target`. */
export async function fetchTableFile(
  store: ObjectStore,
  { path, size }: SourceFile,
  target: string,
  signal: AbortSignal,
): Promise<'fetched' | 'changed'> {
  const object = await findObject(store, path, signal)
  if (object === undefined)
    throw new LocationError(`the table had the file ${path}, which is gone. Its rows were deleted or compacted into other files, and then cleaned up before this file was read: keep removed files for longer than it takes to read them.`) // prettier-ignore
  if (object.size !== size)
    throw new LocationError(`the file ${path} has ${object.size} bytes, and ${size} according to the table`)
  return store.fetch(object, target, signal)
}

async function findObject(
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<StoredObject | undefined> {
  for await (const object of store.list(key, signal)) if (object.key === key) return object
  return undefined
}
