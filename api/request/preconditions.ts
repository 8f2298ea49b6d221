import { isDeepStrictEqual } from 'node:util'
import type { Request } from 'express'
import { invalid, Problem } from '../problem.ts'

/** What a request asks of the state that it changes (RFC 9110, section 13), as entity tags without their quotes. */
export interface Preconditions {
  ifMatch?: Tags | undefined
  ifNoneMatch?: Tags | undefined
}

type Tags = '*' | readonly string[]

/** What the headers may hold, as a regular expression. */
export const ENTITY_TAGS = '^(\\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$'
const VALID = new RegExp(ENTITY_TAGS)

/** The entity tag of a revision. */
export const entityTag = (revision: number): string => `"${revision}"`

export function preconditionsOf(request: Request): Preconditions {
  return { ifMatch: tagsIn(request, 'If-Match'), ifNoneMatch: tagsIn(request, 'If-None-Match') }
}

/**
 * Weak tags count like strong ones: a proxy that compresses an answer marks its tag as weak, and it names the same
 * revision.
 */
function tagsIn(request: Request, header: string): Tags | undefined {
  const value = request.get(header)?.trim()
  if (value === undefined || value === '*') return value
  if (!VALID.test(value)) throw invalid(header, 'send an ETag as it came, such as "42" with its quotes, or *')
  return [...value.matchAll(/"([^"]*)"/g)].map(([, tag]) => tag)
}

/** A thing as it is stored. */
export interface Current {
  revision: number
  /** As it is answered, without secrets. */
  shown: object
}

/** Refuses to change what is not as the request asks; `wanted` is what the change would make of it, where it is valid. */
export function requireMet(
  { ifMatch, ifNoneMatch }: Preconditions,
  what: string,
  current: Current | undefined,
  wanted?: () => object | undefined,
): void {
  if (ifMatch !== undefined && !names(ifMatch, current))
    throw failed(`The ${what} ${current === undefined ? 'no longer exists' : 'has changed'}`, current, wanted)
  if (ifNoneMatch !== undefined && names(ifNoneMatch, current))
    throw failed(`The ${what} already exists`, current, wanted)
}

function names(tags: Tags, current: Current | undefined): boolean {
  if (current === undefined) return false
  return tags === '*' || tags.includes(String(current.revision))
}

function failed(
  what: string,
  current: Current | undefined,
  wanted: (() => object | undefined) | undefined,
): Problem {
  const outcome = current && wanted?.()
  const differs = current && outcome && differingFields(current.shown, outcome)
  const fields = differs?.length
    ? ` Its current state differs from the request in ${differs.join(', ')}.`
    : ''
  return new Problem(412, 'Precondition failed', `${what}. Nothing was changed.${fields}`, {
    current_etag: current === undefined ? null : entityTag(current.revision),
    ...(current && { current: current.shown }),
    ...(differs && { differs }),
  })
}

/** Top-level fields that are not the same. */
function differingFields(one: object, other: object): string[] {
  const [a, b] = [new Map(Object.entries(one)), new Map(Object.entries(other))]
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => !isDeepStrictEqual(a.get(key), b.get(key)))
}
