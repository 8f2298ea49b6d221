import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from '../queries/answer.ts'
import { get } from '../queries/api.ts'

export type System = Answer<'getSystem'>
export type SystemProblem = System['problems'][number]
/** A part of the answer when it is known. */
export type Known<Key extends keyof System> = Extract<System[Key], { known: true }>

/** Most of it changes without a live event. The client asks only while the page is visible. */
export const SYSTEM_EVERY_MS = 12_000

export const systemQuery = () =>
  queryOptions({
    queryKey: ['system'],
    queryFn: ({ signal }) => get<'getSystem'>('/system', {}, signal),
    refetchInterval: SYSTEM_EVERY_MS,
  })

/** The first thousand declared topics, which is more than anyone looks through. */
export const topicsQuery = () =>
  queryOptions({
    queryKey: ['topics'],
    queryFn: ({ signal }) => get<'listTopics'>('/topics', { limit: 1000 }, signal),
  })
