import { createHash, type Hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, open, readdir, rename, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../../config.ts'
import { isDiskFull } from '../../store/engine/errors.ts'
import { MANIFEST, type Manifest } from '../../store/backup/manifest.ts'
import { filesOf } from '../../store/backup/open-backup.ts'
import { ServiceFailure } from '../client/failure.ts'

/** A backup that is being written. */
export interface BackupTarget {
  begin(name: string): Promise<void>
  write(bytes: Buffer): Promise<void>
  end(): Promise<void>
  /** Writes the manifest, which makes the backup complete, once everything is on the disk and as it was sent. */
  finish(manifest: Manifest): Promise<void>
  /** Removes what was written. */
  abandon(): void
}

interface Received {
  bytes: number
  sha256: string
}

/** What names of files look like: they come from the service. */
const NAME = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+$/

/** Makes the directory, or takes one that is empty. Throws {@link ConfigError}. */
export async function openTarget(directory: string): Promise<BackupTarget> {
  const isNew = await makeEmpty(directory)
  const received = new Map<string, Received>()
  let current: { name: string; file: FileHandle; hash: Hash; bytes: number } | undefined

  return {
    begin: (name) =>
      onDisk(directory, async () => {
        if (!NAME.test(name))
          throw new ServiceFailure(`The service sent a file with the name ${JSON.stringify(name)}.`)
        const file = await open(join(directory, name), 'wx', 0o600)
        current = { name, file, hash: createHash('sha256'), bytes: 0 }
      }),
    write: (bytes) =>
      onDisk(directory, async () => {
        current!.hash.update(bytes)
        current!.bytes += bytes.length
        await current!.file.writeFile(bytes)
      }),
    end: () =>
      onDisk(directory, async () => {
        const { name, file, hash, bytes } = current!
        await file.sync()
        await file.close()
        received.set(name, { bytes, sha256: hash.digest('hex') })
        current = undefined
      }),
    finish: (manifest) =>
      onDisk(directory, async () => {
        for (const { name, bytes, sha256 } of filesOf(manifest)) {
          const file = received.get(name)
          if (file?.bytes !== bytes || file.sha256 !== sha256)
            throw new ServiceFailure(`The file ${name} did not arrive as it was sent. Try again.`)
        }
        const draft = join(directory, `${MANIFEST}.draft`)
        const file = await open(draft, 'wx', 0o600)
        await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
        await file.sync()
        await file.close()
        await syncDirectory(directory)
        await rename(draft, join(directory, MANIFEST))
        await syncDirectory(directory)
      }),
    abandon() {
      for (const name of [
        MANIFEST,
        `${MANIFEST}.draft`,
        ...received.keys(),
        ...(current ? [current.name] : []),
      ])
        rmSync(join(directory, name), { force: true })
      if (isNew) rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function makeEmpty(directory: string): Promise<boolean> {
  const made = await mkdir(directory, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new ConfigError(`${directory} cannot be created (${codeOf(cause)}). Name another directory.`)
  })
  const entries = await readdir(directory).catch((cause: unknown) => {
    throw new ConfigError(`${directory} cannot be read (${codeOf(cause)}). Name another directory.`)
  })
  if (entries.length > 0)
    throw new ConfigError(`${directory} is not empty. Name a new directory: each backup has one of its own.`)
  return made !== undefined
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  await directory.sync()
  await directory.close()
}

async function onDisk(directory: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof ServiceFailure) throw error
    const code = codeOf(error)
    throw new ServiceFailure(
      isDiskFull(code)
        ? `The disk of ${directory} is full (${code}), so nothing was kept of the backup. Free some space, or name another directory.`
        : `The backup cannot be written to ${directory} (${code}).`,
      { cause: error },
    )
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error)
