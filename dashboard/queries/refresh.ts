import { queryClient } from './client.ts'
import { isStale } from './invalidate.ts'

/** Asks again for all that shows a topic. */
export const refresh = (topic: string) =>
  queryClient.invalidateQueries({ predicate: ({ queryKey }) => isStale(queryKey, { topic }) })
