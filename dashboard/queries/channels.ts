import { queryOptions } from '@tanstack/svelte-query'
import { get, post } from './api.ts'

/** The first thousand, which is more than anyone looks through. */
const MAX_LISTED = 1000

export const channelsQuery = () =>
  queryOptions({
    queryKey: ['channels'],
    queryFn: ({ signal }) => get<'listChannels'>('/channels', { limit: MAX_LISTED }, signal),
  })

export const routesQuery = () =>
  queryOptions({
    queryKey: ['routes'],
    queryFn: ({ signal }) => get<'listRoutes'>('/routes', { limit: MAX_LISTED }, signal),
  })

/** The newest attempt to tell a channel of something. */
export const lastDeliveryQuery = (channel: string) =>
  queryOptions({
    queryKey: ['last-delivery', channel],
    queryFn: ({ signal }) => get<'listDeliveries'>('/deliveries', { channel, limit: 1 }, signal),
  })

export const testChannel = (channel: string) =>
  post<'testChannel'>(`/channels/${encodeURIComponent(channel)}/test`, undefined)
