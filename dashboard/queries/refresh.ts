import { askAgain } from './ask-again.ts'
import { queryClient } from './client.ts'
import { isStale } from './invalidate.ts'

/** Asks again for all that shows a topic. */
export const refresh = (topic: string) =>
  askAgain(queryClient, ({ queryKey }) => isStale(queryKey, { topic }))
