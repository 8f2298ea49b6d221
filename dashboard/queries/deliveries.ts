import { queryOptions } from '@tanstack/svelte-query'
import { get, post } from './api.ts'

/** What was abandoned and not replayed since. */
export const failedQuery = () =>
  queryOptions({
    queryKey: ['deliveries', 'given_up'],
    queryFn: ({ signal }) =>
      get<'listDeliveries'>('/deliveries', { status: 'given_up', newest: 'true', limit: 200 }, signal),
  })

export const replayDelivery = (id: string) =>
  post<'replayDelivery'>(`/deliveries/${encodeURIComponent(id)}/replay`, {})
