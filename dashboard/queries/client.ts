import { QueryClient } from '@tanstack/svelte-query'
import { ApiError } from './api.ts'

/** A refusal stays one; what did not get through may the next time. */
const mayPass = (error: Error) => !(error instanceof ApiError) || error.status === 0 || error.status >= 500

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // By default, a component is told of changes only to what it has read already, and keeps the rest as it was then.
      notifyOnChangeProps: 'all',
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
  },
})
