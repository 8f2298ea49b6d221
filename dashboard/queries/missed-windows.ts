import { queryOptions } from '@tanstack/svelte-query'
import { get } from './api.ts'

export const missedWindowsQuery = () =>
  queryOptions({
    queryKey: ['missed-windows'],
    queryFn: ({ signal }) => get<'listMissedWindows'>('/missed-windows', {}, signal),
  })
