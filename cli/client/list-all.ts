import type { Api } from './http.ts'

const PAGE = 1000

/** Every item of a list that the API hands out in pages; the path may have a query. */
export async function listAll<T>(api: Api, path: string, field: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null | undefined
  do {
    const from = cursor == null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await api.get<Record<string, unknown>>(
      `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${from}`,
    )
    items.push(...(page[field] as T[]))
    cursor = page.next_cursor as string | null | undefined
  } while (cursor != null)
  return items
}
