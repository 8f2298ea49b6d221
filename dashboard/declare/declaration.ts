import { isRecord } from '../../domain/json.ts'

/** Kinds of declarations that pages can make and change. */
export type Kind = 'model' | 'monitor' | 'channel' | 'route' | 'topic' | 'source'

/** Something declared, as it is sent to the API. */
export type Declaration = { name: string } & Readonly<Record<string, unknown>>
/** The way to a part of it. */
export type Path = readonly (string | number)[]

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (holder, step) =>
      holder instanceof Object && Object.hasOwn(holder, step)
        ? (holder as Record<string | number, unknown>)[step]
        : undefined,
    value,
  )
}

/** The same with another value at the path. Undefined removes what is there, and each mapping that it leaves empty. */
export function withValue<T>(value: T, path: Path, wanted: unknown): T {
  return changed(value, path, wanted) as T
}

function changed(value: unknown, [step, ...rest]: Path, wanted: unknown): unknown {
  if (step === undefined) return wanted
  const before = isRecord(value) ? value : {}
  const after = changed(valueAt(before, [step]), rest, wanted)
  const isGone = after === undefined || (wanted === undefined && isRecord(after) && isEmpty(after))
  if (isGone) return Object.fromEntries(Object.entries(before).filter(([key]) => key !== String(step)))
  return { ...before, [step]: after }
}

const isEmpty = (value: object) => Object.keys(value).length === 0

/** A part that differs; undefined where it is not there. */
export interface Change {
  path: Path
  before: unknown
  after: unknown
}

/** What differs between two declarations; lists are compared as a whole. */
export function changesBetween(before: unknown, after: unknown, path: Path = []): Change[] {
  if (isRecord(before) && isRecord(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      changesBetween(valueAt(before, [key]), valueAt(after, [key]), [...path, key]),
    )
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }]
}

/** Makes the same changes to what somebody else declared meanwhile. */
export function rebased<T>(current: T, changes: readonly Change[]): T {
  return changes.reduce((value, { path, after }) => withValue(value, path, after), current)
}

/** A part in few words. */
export function partText(value: unknown): string {
  if (value === undefined) return '–'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(partText).join(', ')
  if (isRecord(value))
    return Object.entries(value)
      .map(([key, part]) => `${key}: ${partText(part)}`)
      .join(', ')
  return value === '' ? '""' : typeof value === 'string' ? value : JSON.stringify(value)
}
