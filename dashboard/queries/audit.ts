import { infiniteQueryOptions } from '@tanstack/svelte-query'
import { get } from './api.ts'

/** What entries are narrowed to; each is exactly as it stands in the entry. */
export interface AuditChoice {
  actor: string | undefined
  subject: string | undefined
  name: string | undefined
  from: string | undefined
  to: string | undefined
}

const PAGE = 100

/** Newest first, a page at a time. Needs the scope "write". */
export const auditQuery = (choice: AuditChoice) =>
  infiniteQueryOptions({
    queryKey: ['audit', choice],
    queryFn: ({ signal, pageParam }) =>
      get<'listAudit'>('/audit', { ...choice, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  })
