import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CONTROL_MIGRATIONS } from '../../control/database/migrations.ts'
import { StoreError } from '../engine/errors.ts'
import { MIGRATION_COUNT } from '../schema/migrations.ts'
import { BACKUP_FORMAT, MANIFEST, manifestSchema, type BackupFile, type Manifest } from './manifest.ts'

/** What a manifest of any release has. */
const versionSchema = z.object({
  format: z.number(),
  release: z.string(),
  control_migrations: z.array(z.string()),
  clickhouse_migrations: z.number(),
})

/** A backup in a directory, whose manifest this release understands. */
export interface Backup {
  directory: string
  manifest: Manifest
}

/** Reads the manifest. Throws {@link StoreError} for what is no whole backup, or one of a newer release. */
export async function openBackup(directory: string): Promise<Backup> {
  const path = join(directory, MANIFEST)
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR')
      throw new StoreError(`${path} cannot be read (${cause.code ?? cause.message}).`, { cause })
    throw new StoreError(
      `${directory} holds no complete backup: there is no ${MANIFEST}, which is written last. ` +
        'Check the path. If the backup was interrupted, restore another one.',
      { cause },
    )
  })
  const content = parsed(text)
  const version = versionSchema.safeParse(content)
  if (version.success && isNewer(version.data))
    throw new StoreError(
      `The backup was made by a newer release (${version.data.release}), whose data this release does not know. ` +
        'Install that release or a later one, and restore with it.',
    )
  const manifest = manifestSchema.safeParse(content)
  if (manifest.success) return { directory, manifest: manifest.data }
  throw new StoreError(`${path} is damaged. Restore another backup.`, { cause: manifest.error })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isNewer(version: z.infer<typeof versionSchema>): boolean {
  return (
    version.format > BACKUP_FORMAT ||
    version.clickhouse_migrations > MIGRATION_COUNT ||
    version.control_migrations.some((name) => !CONTROL_MIGRATIONS.includes(name))
  )
}

export const filesOf = ({ tables }: Manifest): BackupFile[] => tables.flatMap(({ files }) => files)

/** Compares every file with its checksum. Throws {@link StoreError} at the first that differs. */
export async function verifyBackup(
  { directory, manifest }: Backup,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  for (const file of filesOf(manifest)) {
    const path = join(directory, file.name)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) throw new StoreError(`The backup is damaged: ${path} is missing. ${ANOTHER}`)
    if (found.size !== file.bytes)
      throw new StoreError(
        `The backup is damaged: ${path} has ${found.size} bytes instead of ${file.bytes}. ${ANOTHER}`,
      )
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      onBytes(chunk.length)
    }
    if (hash.digest('hex') !== file.sha256)
      throw new StoreError(
        `The backup is damaged: ${path} does not have the checksum of its manifest. ${ANOTHER}`,
      )
  }
}

const ANOTHER = 'Nothing was restored. Use another copy or another backup.'
