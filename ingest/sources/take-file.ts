import { randomUUID } from 'node:crypto'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import type { Model } from '../../control/declared/model.ts'
import type { Source } from '../../control/declared/sources/source.ts'
import type { FileProgress, LedgerFile } from '../../control/sources/ledger.ts'
import type { Store } from '../../store/engine/client.ts'
import { fileFormat } from '../files/file-format.ts'
import { fileProblem } from '../files/open-file.ts'
import { UnreadableFile } from '../files/unreadable-file.ts'
import type { Intake } from '../intake/intake.ts'
import { countRecords } from '../intake/metrics.ts'
import { columnarFile } from './columnar-file.ts'
import { LocationError, type Location } from './location.ts'
import type { FetchedFile } from './read-context.ts'
import { recordFile } from './record-file.ts'
import { columnarFormat, UNKNOWN_FORMAT } from './source-format.ts'

/** What files are taken with. */
export interface TakeContext {
  store: Store
  intake: Intake
  clock: () => Date
  /** Directory for files that are being read. */
  spool: string
  limits: { fileBytes: number; freeBytes: number }
}

export interface Taking {
  source: Source
  model: Model
  location: Location
  file: LedgerFile
  signal: AbortSignal
  /** Keeps what became of the file so far; rejects where that is no longer for this process to say. */
  note: (progress: FileProgress) => Promise<void>
}

/** After so many rejected rows a file is not read on: whoever writes it has something to correct first. */
const MAX_REJECTED = 10_000

/**
 * Takes the rows of a file that are not stored yet. What stands against the file itself is noted with it; whatever else
 * stands in the way is thrown, and the file goes on after the last rows that were noted.
 */
export async function takeFile(context: TakeContext, taking: Taking): Promise<void> {
  const { file, note, location, signal } = taking
  const { clock, limits } = context
  await note({ state: 'taking', startedAt: file.startedAt ?? clock(), problem: '' })
  const end = (state: 'taken' | 'failed' | 'replaced', problem = '') =>
    note({ state, problem, endedAt: clock() })
  const format = columnarFormat(file.path)
  if (format === undefined && fileFormat(file.path) === undefined) return end('failed', UNKNOWN_FORMAT)
  if (file.size > limits.fileBytes) return end('failed', tooLarge(limits.fileBytes))
  // A name of our own: in one from outside, the engine would expand wildcards.
  const path = join(resolve(context.spool), `${randomUUID()}${extensionOf(file.path)}`)
  try {
    await requireRoom(context, file.size)
    if ((await location.fetch(file, path, signal)) === 'changed')
      return await end('replaced', 'it changed, or was removed, before it was read; the next look takes what is there then') // prettier-ignore
    const problem = await fileProblem(path)
    if (problem !== undefined && format === undefined) return await end('failed', problem)
    const fetched = { ...context, ...taking, path, most: limits.fileBytes }
    const ended = await storeAll(fetched, format === undefined ? recordFile(fetched) : columnarFile(fetched, format), taking) // prettier-ignore
    if (ended !== 'stopped') await end(...ended)
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause
    await end('failed', cause.message)
  } finally {
    await rm(path, { force: true })
  }
}

async function storeAll(
  { intake, model, file }: FetchedFile,
  batches: ReturnType<typeof recordFile>,
  { note, signal }: Pick<Taking, 'note' | 'signal'>,
): Promise<'stopped' | ['taken' | 'failed', string?]> {
  let { positions, accepted, rejected, erased } = file
  for await (const { position, store } of batches) {
    if (signal.aborted) return 'stopped'
    for (const { kind, result } of await store()) {
      countRecords(intake.metrics, { source: 'source', records: kind, model: model.name }, result)
      accepted += result.accepted
      rejected += result.rejected.length
      erased += result.erased
    }
    positions = { ...positions, [position[0]]: position[1] }
    await note({ positions, accepted, rejected, erased, rows: Math.max(...Object.values(positions)) })
    if (rejected >= MAX_REJECTED)
      return ['failed', `${MAX_REJECTED} or more of its rows were rejected, so it is not read on; the dead letters say why. Correct the file, or the declaration of the source, then take it again`] // prettier-ignore
  }
  return ['taken']
}

/** Of `scores.csv.gz` both. */
function extensionOf(path: string): string {
  const extension = extname(path).toLowerCase()
  return extension === '.gz' ? `${extname(path.slice(0, -3)).toLowerCase()}.gz` : extension
}

async function requireRoom({ spool, limits }: TakeContext, size: number): Promise<void> {
  await mkdir(spool, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(spool)
  if (bavail * bsize - size >= limits.freeBytes) return
  throw new LocationError(
    `The disk of the service has no room for a file of ${megabytes(size)} MB: it keeps ${megabytes(limits.freeBytes)} MB free (DRIFTGAUGE_MIN_FREE_MB). Free some space, or move DRIFTGAUGE_DATA to a larger disk.`,
  )
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1e6)

const tooLarge = (most: number) =>
  `it has more than ${megabytes(most)} MB. Write smaller files, or raise the limit DRIFTGAUGE_MAX_FILE_MB of the service`
