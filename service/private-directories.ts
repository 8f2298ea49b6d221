import { chmod, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, relative } from 'node:path'
import type { Config } from '../config.ts'

const OTHERS = 0o077
/** On a directory that users share, such as /tmp. */
const STICKY = 0o1000

/** The data directory, and the directories in it that a service or command of this configuration uses. */
export function dataDirectories({ spool, store }: Pick<Config, 'spool' | 'store'>): string[] {
  return [dirname(spool), spool, ...('path' in store ? [store.path] : [])]
}

/**
 * Keeps other users out of directories that hold secrets, where they exist. Returns a warning for each that stays open:
 * it belongs to another user, is shared on purpose, or its file system has no permissions.
 */
export async function keepPrivate(directories: readonly string[]): Promise<string[]> {
  const warnings: string[] = []
  for (const path of directories) {
    const before = await look(path)
    if (before === undefined || !isOpen(before)) continue
    if (before.uid === process.getuid?.() && (before.mode & STICKY) === 0 && !holdsMore(path))
      await chmod(path, before.mode & 0o7700).catch(() => undefined)
    const after = await look(path)
    if (after !== undefined && isOpen(after)) warnings.push(warningOf(path, after))
  }
  return warnings
}

interface Look {
  mode: number
  uid: number
}

/** Whether more than our data is below it, as where the data directory is `/`. */
function holdsMore(path: string): boolean {
  const below = [process.cwd(), homedir()].map((one) => relative(path, one))
  return below.some((steps) => steps !== '' && !steps.startsWith('..'))
}

const look = (path: string): Promise<Look | undefined> => stat(path).catch(() => undefined)
const isOpen = ({ mode }: Look) => (mode & OTHERS) !== 0

function warningOf(path: string, { mode, uid }: Look): string {
  const permissions = (mode & 0o7777).toString(8).padStart(4, '0')
  return (
    `Other users of this machine have access to ${path} (permissions ${permissions}, owner ${uid}), and the service cannot change that. ` +
    'It may hold secrets. Make the user of the service its owner and run chmod 700, ' +
    'or set DRIFTGAUGE_DATA to a directory that only this user has.'
  )
}
