import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Request } from 'express'
import type { z } from 'zod'
import type { Control } from '../../control/database/control.ts'
import type { Documents, Stored } from '../../control/database/documents.ts'
import type { Commit } from '../audit.ts'
import { patched } from '../request/body.ts'
import type { ApiContext } from '../context.ts'
import { mergePatch } from '../contract/merge-patch.ts'
import { preconditionsOf, requireMet, type Current } from '../request/preconditions.ts'
import { asProblem, notFound, Problem } from '../problem.ts'

/** A kind of things that are declared. */
export interface DocumentKind<T extends { name: string }> {
  /** What one is called in messages. */
  noun: string
  documents: Documents<T>
  /** As it is answered, without secrets. */
  shown: (document: T) => object
  /** Refuses what does not go with what else is declared. */
  check?: (control: Control, wanted: T, before: T | undefined) => Promise<void>
  /** Does what has to be done outside the control database before it is stored; it may not be stored after all. */
  prepare?: (wanted: T, before: T | undefined) => Promise<void>
  /** Does the same for what has changed by the time it was stored. */
  settle?: (stored: T, before: T | undefined) => Promise<void>
  /** Refuses to remove what others refer to. */
  checkRemoval?: (control: Control, name: string) => Promise<void>
  remove?: (control: Control, name: string) => Promise<unknown>
}

/** The part of a request that says what to change, and of which state. */
interface Asked {
  name: string
  request: Request
  commit: Commit
}

interface Declared<T> {
  status: 200 | 201
  document: T
  revision: number
}

/** Somebody else stored it since it was read. */
class Superseded extends Error {
  override readonly name = 'Superseded'
}

/**
 * Stores what `next` makes of what is declared. Where somebody else stores it meanwhile, `next` is asked again, so that
 * neither change is lost; but what did not exist when the request came is not changed by it.
 */
export async function declareDocument<T extends { name: string }>(
  { store, clock }: Pick<ApiContext, 'store' | 'clock'>,
  kind: DocumentKind<T>,
  { name, request, commit, next }: Asked & { next: (before: T | undefined) => T },
): Promise<Declared<T>> {
  const preconditions = preconditionsOf(request)
  for (;;) {
    const seen = await kind.documents.read(store.control, name)
    const before = seen?.document
    requireMet(preconditions, titleOf(kind, name), currentOf(kind, seen), () => outcomeOf(kind, next, before))
    const document = next(before)
    const changed = !isDeepStrictEqual(document, before)
    if (changed && kind.prepare) {
      await kind.check?.(store.control, document, before)
      await kind.prepare(document, before)
    }
    // Requests that came together all look first, so that those that create the same are told of one another.
    if (seen === undefined) await setImmediate()
    try {
      const revision = await commit(async (transaction) => {
        const now = await kind.documents.read(transaction, name)
        if (now?.revision !== seen?.revision) throw new Superseded()
        await kind.check?.(transaction, document, before)
        if (seen !== undefined && !changed) return seen.revision
        return kind.documents.put(transaction, name, document, clock())
      })
      if (changed) await kind.settle?.(document, before)
      return { status: seen === undefined ? 201 : 200, document, revision }
    } catch (error) {
      if (!(error instanceof Superseded)) throw error
      if (seen === undefined && preconditions.ifNoneMatch === undefined)
        throw new Problem(
          409,
          'Conflict',
          `Another request declared the ${titleOf(kind, name)} at the same time. Nothing was changed.`,
        )
    }
  }
}

/** Changes what is declared by a JSON Merge Patch on it as it is answered. */
export function patchDocument<T extends { name: string }>(
  context: Pick<ApiContext, 'store' | 'clock'>,
  kind: DocumentKind<T>,
  { schema, patch, ...asked }: Asked & { schema: z.ZodType<T>; patch: unknown },
): Promise<Declared<T>> {
  const { name } = asked
  const next = (before: T | undefined) => {
    if (before === undefined) throw notFound(titleOf(kind, name))
    return patched(schema, mergePatch(kind.shown(before), patch), name)
  }
  return declareDocument(context, kind, { ...asked, next })
}

/** Removes what is declared, unless somebody else changed it or refers to it. */
export function removeDocument<T extends { name: string }>(
  kind: DocumentKind<T>,
  { name, request, commit }: Asked,
): Promise<void> {
  return commit(async (transaction) => {
    const seen = await kind.documents.read(transaction, name)
    requireMet(preconditionsOf(request), titleOf(kind, name), currentOf(kind, seen))
    if (seen === undefined) throw notFound(titleOf(kind, name))
    await kind.checkRemoval?.(transaction, name)
    await (kind.remove ?? kind.documents.remove)(transaction, name)
  })
}

/** What is declared under a name. */
export async function documentOr404<T extends { name: string }>(
  { store }: Pick<ApiContext, 'store'>,
  kind: DocumentKind<T>,
  name: string,
): Promise<Stored<T>> {
  const found = await kind.documents.read(store.control, name)
  if (found === undefined) throw notFound(titleOf(kind, name))
  return found
}

const titleOf = ({ noun }: { noun: string }, name: string) => `${noun} "${name}"`

function currentOf<T extends { name: string }>(
  { shown }: DocumentKind<T>,
  stored: Stored<T> | undefined,
): Current | undefined {
  return stored && { revision: stored.revision, shown: shown(stored.document) }
}

/** What a change would make of the current state; undefined where that is refused. */
function outcomeOf<T extends { name: string }>(
  { shown }: DocumentKind<T>,
  next: (before: T | undefined) => T,
  before: T | undefined,
): object | undefined {
  try {
    return shown(next(before))
  } catch (error) {
    if (asProblem(error) === undefined) throw error
    return undefined
  }
}
