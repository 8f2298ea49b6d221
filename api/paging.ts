import { parseJson } from '../domain/json.ts'
import { z } from 'zod'
import type { Stored } from '../control/database/documents.ts'
import { entityTag } from './request/preconditions.ts'
import { invalid } from './problem.ts'

export type CursorKey = readonly (string | number)[]

/** The position after an item, as text that callers need not understand. */
export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** What {@link encodeCursor} made, checked, since it comes from outside. */
export function decodeCursor<Key extends CursorKey>(
  cursor: string | undefined,
  schema: z.ZodType<Key>,
): Key | undefined {
  if (cursor === undefined) return undefined
  const outcome = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')))
  if (outcome.success) return outcome.data
  throw invalid('cursor', 'is not a cursor of this list')
}

export interface PageQuery {
  limit: number
  cursor?: string | undefined
}

export interface Page<Item> {
  items: Item[]
  /** Absent on the last page. */
  next_cursor: string | undefined
}

/** A page of one item more than asked for, which tells whether there is a next one. */
export function pageOf<Item>(
  found: readonly Item[],
  limit: number,
  key: (item: Item) => CursorKey,
): Page<Item> {
  const items = found.slice(0, limit)
  return { items, next_cursor: found.length > limit ? encodeCursor(key(items[limit - 1])) : undefined }
}

/** A page of a list that is at hand in whole; `key` ascends along it. */
export function pageOfAll<Item, Key extends CursorKey>(
  all: readonly Item[],
  { limit, cursor }: PageQuery,
  schema: z.ZodType<Key>,
  key: (item: Item) => Key,
): Page<Item> {
  const after = decodeCursor(cursor, schema)
  const start = after === undefined ? 0 : all.findIndex((item) => compare(key(item), after) > 0)
  return pageOf(start < 0 ? [] : all.slice(start), limit, key)
}

const nameCursor = z.tuple([z.string()])

/** A page of declarations in the order of their names, as they are answered, with the entity tag of each. */
export function pageOfDocuments<T extends { name: string }, Shown>(
  all: readonly Stored<T>[],
  query: PageQuery,
  shown: (document: T) => Shown,
): Page<Shown> & { etags: Record<string, string> } {
  const { items, next_cursor } = pageOfAll(all, query, nameCursor, ({ document }) => [document.name])
  return {
    items: items.map(({ document }) => shown(document)),
    etags: Object.fromEntries(items.map(({ document, revision }) => [document.name, entityTag(revision)])),
    next_cursor,
  }
}

function compare(a: CursorKey, b: CursorKey): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1
}
