import type { Api } from './http.ts'

const PAGE = 1000

/** The items of a list, with the entity tag of each by its name where the list tells them. */
export interface Tagged<T> {
  items: T[]
  etags: Record<string, string>
}

/** Every item of a list that the API hands out in pages; the path may have a query. */
export async function listAll<T>(api: Api, path: string, field: string): Promise<T[]> {
  return (await listTagged<T>(api, path, field)).items
}

/** The same with their entity tags. */
export async function listTagged<T>(api: Api, path: string, field: string): Promise<Tagged<T>> {
  const items: T[] = []
  const etags: Record<string, string> = {}
  let cursor: string | null | undefined
  do {
    const from = cursor == null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await api.get<Record<string, unknown>>(
      `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${from}`,
    )
    items.push(...(page[field] as T[]))
    Object.assign(etags, page.etags)
    cursor = page.next_cursor as string | null | undefined
  } while (cursor != null)
  return { items, etags }
}
