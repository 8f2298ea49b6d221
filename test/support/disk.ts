import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from './runner/at-end.ts'
import { describeUnless } from './runner/missing.ts'

/** A small disk in memory. */
export interface Disk {
  path: string
  /** Fills what is left of it, but for so many bytes. */
  fill(leave?: number): void
  /** Gives back what was filled. */
  free(): void
  /** Makes it read-only while nothing is open on it. */
  makeReadOnly(): void
}

/** Describes tests on disks of their own, which only root may mount. */
export function describeOnDisk(name: string, tests: () => void): void {
  describeUnless(whyNoDisk(), name, tests)
}

/** Unmounted after the test file. */
export function smallDisk(megabytes: number): Disk {
  const path = mkdtempSync(join(tmpdir(), 'driftgauge-disk-'))
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)
  atEnd(() => {
    run('umount', '--lazy', path)
    rmSync(path, { recursive: true, force: true })
  })
  const filling = join(path, 'filling')
  return {
    path,
    fill(leave = 0) {
      const { bavail, bsize } = statfsSync(path)
      try {
        appendFileSync(filling, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
      } catch (error) {
        // Whoever else writes to it has taken some of it meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    free: () => rmSync(filling),
    makeReadOnly: () => mount('-o', 'remount,ro', path),
  }
}

function whyNoDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'driftgauge-disk-'))
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path)
    run('umount', path)
    return undefined
  } catch (error) {
    return `no disk can be mounted here, which takes root on Linux: ${(error as Error).message}`
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

const mount = (...options: string[]) => run('mount', ...options)

function run(program: string, ...options: string[]): void {
  const { status, stderr, error } = spawnSync(program, options, { encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(stderr.trim())
}
