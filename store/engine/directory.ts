import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StoreError } from './errors.ts'

/** ClickHouse stores no rows at all where it cannot reserve as much. */
export const ROOM_BYTES = 1024 * 1024

/**
 * Makes the directory where there is none, and makes sure that it, and those of the entries that it has, take data.
 * Throws {@link StoreError}.
 */
export function prepareDirectory(path: string, entries: readonly string[] = []): void {
  const directory = resolve(path)
  try {
    makeDirectory(directory)
    for (const entry of entries.map((name) => join(directory, name)))
      if (existsSync(entry)) accessSync(entry, constants.W_OK)
    checkRoom(directory)
  } catch (cause) {
    throw StoreError.notWritable(directory, cause as NodeJS.ErrnoException)
  }
}

function makeDirectory(directory: string): void {
  // Node.js reports a missing directory where the disk is read-only.
  accessSync(existing(directory), constants.W_OK)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
}

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path))
}

function checkRoom(directory: string): void {
  const probe = join(directory, `.room-${process.pid}`)
  try {
    writeFileSync(probe, Buffer.alloc(ROOM_BYTES), { flush: true })
  } finally {
    rmSync(probe, { force: true })
  }
}

/** Whether a process of this machine holds the engine's lock on the directory: the engine notes its id there. */
export function isHeld(directory: string): boolean {
  const pid = Number(/^PID: (\d+)/.exec(readIfThere(join(directory, 'status')))?.[1])
  if (!Number.isInteger(pid) || pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
