import { LocationError } from '../../location.ts'
import type { ObjectStore, StoredObject } from '../../objects.ts'

const FOLDER = '_delta_log/'
const COMMIT = /^_delta_log\/(\d{20})\.json$/
const CHECKPOINT = /^_delta_log\/(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/
const V2_CHECKPOINT = /^_delta_log\/\d{20}\.checkpoint\.[0-9a-f-]{36}\.(?:json|parquet)$/

/** All files of the table as of a version, in one file or several. */
export interface Checkpoint {
  version: number
  objects: StoredObject[]
}

/** What the log of a table consists of. */
export interface DeltaLog {
  /** Keys of the commits by version. */
  commits: ReadonlyMap<number, string>
  /** Complete ones, the newest first. */
  checkpoints: readonly Checkpoint[]
  newest: number
  /** It has checkpoints of a form that is not supported. */
  hasV2: boolean
}

/** Throws {@link LocationError} where there is no table. */
export async function readLog(store: ObjectStore, signal: AbortSignal): Promise<DeltaLog> {
  const commits = new Map<number, string>()
  const parts = new Map<string, Checkpoint & { total: number }>()
  let hasV2 = false
  for await (const object of store.list(FOLDER, signal)) {
    const commit = COMMIT.exec(object.key)
    if (commit !== null) commits.set(Number(commit[1]), object.key)
    const checkpoint = CHECKPOINT.exec(object.key)
    if (checkpoint !== null) {
      const [, version, , total = '1'] = checkpoint
      const name = `${version} ${total}`
      const known = parts.get(name) ?? { version: Number(version), total: Number(total), objects: [] }
      known.objects.push(object)
      parts.set(name, known)
    }
    hasV2 ||= V2_CHECKPOINT.test(object.key)
  }
  const checkpoints = [...parts.values()]
    .filter(({ objects, total }) => objects.length === total)
    .sort((a, b) => b.version - a.version)
  const newest = Math.max(-1, checkpoints.at(0)?.version ?? -1, ...commits.keys())
  if (newest < 0) throw new LocationError(`there is no Delta table here: ${FOLDER} has no commits`)
  return { commits, checkpoints, newest, hasV2 }
}

/**
 * From where the files of the newest version can be told: a checkpoint, or the beginning of the log, and the commits after
 * it, the oldest first. Throws {@link LocationError} where there is no such place.
 */
export function snapshotOf(log: DeltaLog): { checkpoint: Checkpoint | undefined; commits: string[] } {
  for (const checkpoint of [...log.checkpoints, undefined]) {
    const commits = commitsAfter(log, checkpoint?.version ?? -1)
    if (commits !== undefined) return { checkpoint, commits }
  }
  throw new LocationError(
    log.hasV2
      ? 'the Delta table has checkpoints of version 2, which are not supported: set delta.checkpointPolicy to classic'
      : `the log of the Delta table lacks commits before version ${log.newest}`,
  )
}

function commitsAfter({ commits, newest }: DeltaLog, version: number): string[] | undefined {
  const keys = Array.from({ length: newest - version }, (_, i) => commits.get(version + 1 + i))
  return keys.every((key) => key !== undefined) ? keys : undefined
}
