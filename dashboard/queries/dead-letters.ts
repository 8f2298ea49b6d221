import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { ApiError, get, post } from './api.ts'

export type DeadLetter = Answer<'getDeadLetter'>
export type DeadLetterGroup = Answer<'groupDeadLetters'>['groups'][number]

/** Which dead letters; an empty model stands for records that name none. */
export interface LetterFilter {
  model?: string | undefined
  reason?: string | undefined
  /** Rejected since then, ISO 8601. */
  from?: string | undefined
}

export const groupsQuery = ({ model, reason, from }: LetterFilter) =>
  queryOptions({
    queryKey: ['dead-letters', 'groups', { model, reason, from }],
    queryFn: ({ signal }) =>
      get<'groupDeadLetters'>('/dead-letters/reasons', { model, reason, from, limit: 500 }, signal),
    placeholderData: keepPreviousData,
  })

const PAGE = 10

export const lettersQuery = ({ model, reason, from }: LetterFilter) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', 'list', { model, reason, from }],
    queryFn: ({ signal, pageParam: cursor }) =>
      get<'listDeadLetters'>('/dead-letters', { model, reason, from, cursor, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  })

export const letterQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-letters', 'letter', id],
    queryFn: ({ signal }) => get<'getDeadLetter'>(`/dead-letters/${encodeURIComponent(id)}`, {}, signal),
  })

type Replay = Answer<'replayDeadLetters'>

/** Few enough that progress is seen, many enough that thousands take seconds. */
const BATCH = 250

export const replayBatch = (filter: LetterFilter, cursor: string | undefined) =>
  post<'replayDeadLetters'>('/dead-letters/replay', { ...filter, cursor, limit: BATCH })

/** Statuses that tell of this dead letter: gone, impossible, rejected again. */
const REFUSALS = [404, 409, 422]

/** Replays one; answers like a batch of it alone. */
export async function replayLetter(id: string): Promise<Replay> {
  try {
    await post<'replayDeadLetter'>(`/dead-letters/${encodeURIComponent(id)}/replay`, {})
    return { replayed: 1, rejected: 0, reasons: [], remaining: 0 }
  } catch (error) {
    if (!(error instanceof ApiError) || !REFUSALS.includes(error.status)) throw error
    const reason = { reason: '', letters: 1, id, detail: error.message }
    return { replayed: 0, rejected: 1, reasons: [reason], remaining: 0 }
  }
}
