import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get, post, remove } from './api.ts'

export type StoredKey = Answer<'listKeys'>['keys'][number]
export type Scope = StoredKey['scopes'][number]

/** Uses of keys are recorded once a minute, of which no live event tells. */
const EVERY_MS = 60_000

/** The first thousand, which is more than anyone looks through. */
export const keysQuery = () =>
  queryOptions({
    queryKey: ['keys'],
    queryFn: ({ signal }) => get<'listKeys'>('/keys', { limit: 1000 }, signal),
    refetchInterval: EVERY_MS,
  })

/** The answer holds the key itself, which no other does. */
export const createKey = (body: { name: string; scopes: Scope[] }) => post<'createKey'>('/keys', body)

/** The answer holds the new key, which no other does. */
export const rotateKey = (id: string, graceHours: number) =>
  post<'rotateKey'>(`/keys/${id}/rotate`, { grace_hours: graceHours })

export const revokeKey = (id: string) => remove(`/keys/${id}`)
