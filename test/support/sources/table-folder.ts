import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectStore } from '../../../ingest/sources/objects.ts'

/** A table in a folder, of which only some files are there, and others have the content that is given. */
export function tableFolder(
  root: string,
  {
    isThere = () => true,
    files = {},
  }: { isThere?: (key: string) => boolean; files?: Record<string, string> } = {},
): ObjectStore {
  const onDisk = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (key) => statSync(join(root, key)).isFile() && isThere(key) && !(key in files),
  )
  return {
    async *list(prefix) {
      for (const key of [...onDisk, ...Object.keys(files)].filter((one) => one.startsWith(prefix))) {
        const { size, mtimeMs } =
          key in files ? { size: files[key].length, mtimeMs: 0 } : statSync(join(root, key))
        yield { key, etag: `${mtimeMs}`, size, modifiedAt: mtimeMs }
      }
    },
    fetch({ key }, target) {
      if (!existsSync(join(root, key))) return Promise.resolve('changed')
      copyFileSync(join(root, key), target)
      return Promise.resolve('fetched')
    },
    read(key) {
      if (key in files) return Promise.resolve(Buffer.from(files[key]))
      return Promise.resolve(onDisk.includes(key) ? readFileSync(join(root, key)) : undefined)
    },
    close: () => Promise.resolve(),
  }
}
