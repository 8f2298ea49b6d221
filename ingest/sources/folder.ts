import { copyFile, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { constants } from 'node:fs'
import { join, sep } from 'node:path'
import type { FolderLocation } from '../../control/declared/sources/locations.ts'
import { LocationError } from './location.ts'
import type { ObjectStore, StoredObject } from './objects.ts'
import type { SourceSettings } from './settings.ts'

/** The files of a local or mounted folder. Throws {@link LocationError} where it may not be read. */
export async function openFolder(
  { path }: FolderLocation,
  { folders }: SourceSettings,
): Promise<ObjectStore> {
  const allowed = (await Promise.all(folders.map((folder) => realpath(folder).catch(() => [])))).flat()
  const isAllowed = (real: string) =>
    allowed.some((folder) => real === folder || real.startsWith(join(folder, sep)))
  // Before it is looked for: whether there is such a folder is nobody's business.
  const root = await realpath(path).catch((cause: unknown) => {
    if (!isWithin(path, folders)) throw notAllowed(path)
    throw unreadable(path, cause)
  })
  if (!isAllowed(root)) throw notAllowed(path)

  const found = async (key: string): Promise<StoredObject | undefined> => {
    const file = join(root, key)
    // A link may lead out of what may be read, or nowhere.
    const real = await realpath(file).catch(() => undefined)
    if (real === undefined || !isAllowed(real)) return undefined
    const stats = await stat(real, { bigint: true })
    if (!stats.isFile()) return undefined
    const { size, mtimeMs, mtimeNs, ino } = stats
    return { key, size: Number(size), modifiedAt: Number(mtimeMs), etag: `${mtimeNs}-${size}-${ino}` }
  }
  return {
    async *list(prefix, signal) {
      for await (const key of keysBelow(root, '', signal)) {
        const object = key.startsWith(prefix) ? await found(key) : undefined
        if (object !== undefined) yield object
      }
    },
    async fetch({ key, etag }, target) {
      if ((await found(key))?.etag !== etag) return 'changed'
      await copyFile(join(root, key), target, constants.COPYFILE_FICLONE).catch((cause: unknown) => {
        throw unreadable(join(path, key), cause)
      })
      return (await found(key))?.etag === etag ? 'fetched' : 'changed'
    },
    async read(key) {
      return (await found(key)) === undefined ? undefined : readFile(join(root, key))
    },
    async close() {},
  }
}

/** Names of all files below a folder, in the order of their names. */
async function* keysBelow(root: string, folder: string, signal: AbortSignal): AsyncGenerator<string> {
  signal.throwIfAborted()
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(join(root, folder), cause)
  })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = `${folder}${entry.name}`
    if (entry.isDirectory()) yield* keysBelow(root, `${key}/`, signal)
    else yield key
  }
}

const isWithin = (path: string, folders: readonly string[]) =>
  folders.some((folder) => path === folder || path.startsWith(join(folder, sep)))

const notAllowed = (path: string) =>
  new LocationError(
    `The service may not read ${path}. Whoever runs it can allow it: set DRIFTGAUGE_SOURCE_FOLDERS to this folder, or to one that it is in.`,
  )

function unreadable(path: string, cause: unknown): LocationError {
  const { code, message } = cause as NodeJS.ErrnoException
  const reason = { ENOENT: 'there is no such folder', EACCES: 'the service has no permission to read it', ENOTDIR: 'it is not a folder' }[code ?? ''] // prettier-ignore
  return new LocationError(`${path} cannot be read: ${reason ?? message}.`, { cause })
}
