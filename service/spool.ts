import { DAY_MS } from '../domain/time.ts'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface Spool {
  path: string
  remove(): Promise<void>
}

/** Nothing is read from a file for so long: what is older was left behind by a process that was killed. */
const LEFT_BEHIND_MS = DAY_MS

/** Makes a directory for the files that this process is reading, below one that processes share. */
export async function openSpool(shared: string, now: Date): Promise<Spool> {
  await mkdir(shared, { recursive: true, mode: 0o700 })
  for (const name of await readdir(shared)) {
    const path = join(shared, name)
    // Another process may end, and remove its own, meanwhile.
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && now.getTime() - found.mtimeMs > LEFT_BEHIND_MS)
      await rm(path, { recursive: true, force: true })
  }
  const path = await mkdtemp(join(shared, 'process-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
