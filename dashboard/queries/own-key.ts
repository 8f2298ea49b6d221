import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get } from './api.ts'

/** Scopes of a key never change. */
export const ownKeyQuery = () =>
  queryOptions({
    queryKey: ['own-key'],
    queryFn: ({ signal }) => get<'getOwnKey'>('/keys/own', {}, signal),
    staleTime: Infinity,
  })

/** Whether the key may change things; not before the answer is there. */
export const mayWrite = (key: Answer<'getOwnKey'> | undefined) => key?.scopes.includes('write') ?? false
