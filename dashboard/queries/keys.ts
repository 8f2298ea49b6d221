import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get, post, remove } from './api.ts'

export type StoredKey = Answer<'listKeys'>['keys'][number]
export type Scope = StoredKey['scopes'][number]

/** The first thousand, which is more than anyone looks through. */
export const keysQuery = () =>
  queryOptions({
    queryKey: ['keys'],
    queryFn: ({ signal }) => get<'listKeys'>('/keys', { limit: 1000 }, signal),
  })

/** The answer holds the key itself, which no other does. */
export const createKey = (body: { name: string; scopes: Scope[] }) => post<'createKey'>('/keys', body)

export const revokeKey = (id: string) => remove(`/keys/${id}`)
