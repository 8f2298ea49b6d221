import type { Control } from '../../control/database/control.ts'
import { inTransaction } from '../../control/database/control.ts'
import { modelDocuments } from '../../control/declared/model.ts'
import { settledUntil, sources, type Source } from '../../control/declared/sources/source.ts'
import {
  changeLedger,
  knownFiles,
  newestPath,
  nextFile,
  noteFile,
  type FileProgress,
  type ListedFile,
} from '../../control/sources/ledger.ts'
import { findLook, noteLook, noteProblem, type Look } from '../../control/sources/looks.ts'
import { ControlError } from '../../control/database/errors.ts'
import { LeaseLost } from '../../control/database/lease.ts'
import type { Stored } from '../../control/database/documents.ts'
import { StoreUnavailable } from '../../store/engine/errors.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import { LocationError, type Location } from './location.ts'
import { openLocation, type LocationContext } from './open-location.ts'
import { planChanges } from './plan.ts'
import { takeFile, type TakeContext } from './take-file.ts'

export interface RunContext extends TakeContext, LocationContext {
  /** Told of each part of a file that is stored, and of each file that ends. */
  onProgress: (source: Source) => void
  /** Told what kept a source, or a file of it, from being read although it should not have. */
  onFailure: (source: string, cause: unknown) => void
}

export interface RunOptions {
  signal: AbortSignal
  /** Throws in a transaction where the source is no longer for this process. */
  fence: (transaction: Control) => Promise<void>
}

/** A source that cannot be read is tried again after so long, where it is not looked at more often. */
const TRY_AGAIN_MS = 5 * MINUTE_MS

/** When a source is to be asked for its files; undefined for at once. */
export function nextLook(source: Source, { lookedAt, askedAt, problem }: Look): Date | undefined {
  if (lookedAt === undefined || askedAt > lookedAt) return undefined
  const wait = problem === undefined ? source.every : Math.min(source.every, TRY_AGAIN_MS)
  return new Date(lookedAt.getTime() + wait)
}

/** Whether there is something to do: the source was asked long ago, or somebody wants it, or files were left. */
export async function isDue(control: Control, source: Source, now: Date): Promise<boolean> {
  const look = await findLook(control, source.name)
  const next = nextLook(source, look)
  if (next === undefined || next <= now) return true
  return look.problem === undefined && (await nextFile(control, source.name)) !== undefined
}

/** Somebody changed or removed the source while it was run. */
class SourceChanged extends Error {
  override readonly name = 'SourceChanged'
}

/**
 * Asks a source for its files, and takes those that are not taken yet, the one that was changed first before the others.
 * A location that cannot be read is noted; whatever else stands in the way is thrown, and the next run goes on.
 */
export async function runSource(
  context: RunContext,
  { document: source, revision }: Stored<Source>,
  options: RunOptions,
): Promise<void> {
  const { store, clock } = context
  const { control } = store
  const noted = async (work: (transaction: Control) => Promise<void>) =>
    inTransaction(control, async (transaction) => {
      await options.fence(transaction)
      if ((await sources.read(transaction, source.name))?.revision !== revision) throw new SourceChanged()
      await work(transaction)
    })
  let location: Location | undefined
  try {
    location = await openLocation(source, context)
    // Of rows, a look finds the next piece alone.
    do await look(context, source, location, options.signal, noted)
    while (
      (await takeWaiting(context, source, location, options.signal, noted)) > 0 &&
      source.postgres !== undefined
    )
  } catch (cause) {
    if (cause instanceof SourceChanged) return
    if (!(cause instanceof LocationError) || options.signal.aborted) throw cause
    await noted((transaction) => noteProblem(transaction, source.name, cause.message, clock()))
  } finally {
    await location?.close()
  }
}

/** What has nothing to do with the file, and passes. */
const PASSING = [StoreUnavailable, ControlError, LeaseLost, SourceChanged]
const UNEXPECTED = 'an unexpected error; the log of the service names the cause'

type Noted = (work: (transaction: Control) => Promise<void>) => Promise<void>

async function look(
  { store, clock, onProgress }: RunContext,
  source: Source,
  location: Location,
  signal: AbortSignal,
  noted: Noted,
): Promise<void> {
  const { name, postgres } = source
  const began = clock()
  const until = settledUntil(source, began)
  const files: ListedFile[] = []
  const settling = new Set<string>()
  let leftOut = 0
  // A file of a table that waits is not listed again; rows that were not taken are.
  const last = await newestPath(store.control, name, postgres === undefined ? 'seen' : 'taken')
  for await (const file of location.list(last, signal, () => leftOut++)) {
    if (file.modifiedAt > until) settling.add(file.path)
    else files.push(file)
  }
  if (location.countUnordered !== undefined) leftOut += await location.countUnordered(signal)
  const known = (await knownFiles(store.control, name)).filter(({ path }) => !settling.has(path))
  const change = planChanges(known, files, {
    now: began,
    isWhole: postgres === undefined && source.table === undefined,
  })
  await noted(async (transaction) => {
    await changeLedger(transaction, name, change, began)
    await noteLook(transaction, name, { listed: files.length, settling: settling.size, leftOut }, began)
  })
  onProgress(source)
}

/** Takes all files that wait. Returns how many ended. */
async function takeWaiting(
  context: RunContext,
  source: Source,
  location: Location,
  signal: AbortSignal,
  noted: Noted,
): Promise<number> {
  const { control } = context.store
  const outOfReach = new Map<number, LocationError>()
  for (let ended = 0; ; ended++) {
    const file = signal.aborted ? undefined : await nextFile(control, source.name, [...outOfReach.keys()])
    const model = await modelDocuments.find(control, source.model)
    if (file === undefined || model === undefined) {
      for (const cause of outOfReach.values()) throw cause
      return ended
    }
    const note = (progress: FileProgress) =>
      noted((transaction) => noteFile(transaction, file.number, progress))
    await takeFile(context, {
      ...{ source, model, location, file, signal },
      note: async (progress) => {
        await note(progress)
        context.onProgress(source)
      },
    }).catch(async (cause: unknown) => {
      // One that cannot be fetched, or that an error of ours keeps from being read, keeps no other from being taken.
      if (cause instanceof LocationError) {
        outOfReach.set(file.number, cause)
        return note({ state: 'waiting', problem: cause.message })
      }
      if (signal.aborted || PASSING.some((kind) => cause instanceof kind)) throw cause
      context.onFailure(source.name, cause)
      await note({ state: 'failed', problem: UNEXPECTED, endedAt: context.clock() })
    })
  }
}
