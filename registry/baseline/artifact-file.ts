import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { quoted } from '../../domain/printable.ts'
import type { RegistryContext } from '../context.ts'
import { findArtifact, readArtifact } from '../mlflow/artifacts.ts'
import { unlessMissing } from '../mlflow/error.ts'
import type { ModelVersion } from '../mlflow/versions.ts'

/** A file of ours with the content of an artifact, or why there is none. */
export type ArtifactFile = { outcome: 'there'; path: string } | { outcome: 'absent'; reason: string }

/** Does work with an artifact of the version's run, as a file that exists only meanwhile. */
export async function withArtifact<T>(
  context: Pick<RegistryContext, 'mlflow' | 'spool' | 'limits'>,
  version: ModelVersion,
  artifact: string,
  work: (file: ArtifactFile) => Promise<T>,
): Promise<T> {
  const path = join(context.spool, `${randomUUID()}${extname(artifact).toLowerCase()}`)
  try {
    return await work(await download(context, version, artifact, path))
  } finally {
    await rm(path, { force: true })
  }
}

async function download(
  { mlflow, spool, limits }: Pick<RegistryContext, 'mlflow' | 'spool' | 'limits'>,
  { runId }: ModelVersion,
  artifact: string,
  path: string,
): Promise<ArtifactFile> {
  if (runId === '') return absent('no run logged the version, so it has no artifacts')
  const found = await findArtifact(mlflow, runId, artifact)
  if (found === undefined) return absent(`its run has no artifact ${quoted(artifact)}`)
  await mkdir(spool, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(spool)
  if (found.bytes > limits.fileBytes)
    return absent(`${quoted(artifact)} has ${found.bytes} bytes, more than DRIFTGAUGE_MAX_FILE_MB allows`)
  if (bavail * bsize - found.bytes < limits.freeBytes)
    return absent(`the disk has no room for ${quoted(artifact)} (DRIFTGAUGE_MIN_FREE_MB)`)
  // No more than was announced, for which there is room.
  const content = readArtifact(mlflow, runId, artifact, Math.min(limits.fileBytes, found.bytes))
  const written = await unlessMissing(
    pipeline(content, createWriteStream(path, { mode: 0o600 })).then(() => true),
  )
  return written ? { outcome: 'there', path } : absent(`its run no longer has ${quoted(artifact)}`)
}

const absent = (reason: string): ArtifactFile => ({ outcome: 'absent', reason })
