import { queryOptions } from '@tanstack/svelte-query'
import { get } from './api.ts'

/** No live event tells of it. */
const EVERY_MS = 5 * 60_000

export const brokenPartsQuery = () =>
  queryOptions({
    queryKey: ['broken-parts'],
    queryFn: ({ signal }) => get<'listBrokenParts'>('/store/broken-parts', {}, signal),
    refetchInterval: EVERY_MS,
  })
