import { QueryClient } from '@tanstack/svelte-query'
import { ApiError } from './api.ts'

/** A refusal stays one; what did not get through may the next time. */
const mayPass = (error: Error) => !(error instanceof ApiError) || error.status === 0 || error.status >= 500

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
  },
})
