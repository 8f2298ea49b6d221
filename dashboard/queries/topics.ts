import { queryOptions } from '@tanstack/svelte-query'
import { get } from './api.ts'

/** The first thousand, which is more than anyone looks through. */
export const topicsQuery = () =>
  queryOptions({
    queryKey: ['topics'],
    queryFn: ({ signal }) => get<'listTopics'>('/topics', { limit: 1000 }, signal),
  })
