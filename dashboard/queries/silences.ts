import { queryOptions } from '@tanstack/svelte-query'
import type { z } from 'zod'
import type { Routes } from '../../api/contract/routes.ts'
import type { Answer } from './answer.ts'
import { get, post } from './api.ts'

export type Silence = Answer<'listSilences'>['silences'][number]
export type Matcher = Silence['matchers'][number]

/** Silences begin and end by themselves, which no live event tells. */
const CLOCK_MS = 30_000

export const silencesQuery = () =>
  queryOptions({
    queryKey: ['silences'],
    queryFn: ({ signal }) => get<'listSilences'>('/silences', { limit: 1000 }, signal),
    refetchInterval: CLOCK_MS,
  })

export const createSilence = (body: z.input<Routes['createSilence']['body']>) =>
  post<'createSilence'>('/silences', body)

/** What matchers would mute; nothing is asked while one is incomplete. */
export const silencePreviewQuery = (matchers: readonly Matcher[]) =>
  queryOptions({
    queryKey: ['silence-preview', matchers],
    queryFn: () => post<'previewSilence'>('/silences/preview', { matchers: [...matchers] }),
  })

/** Ends a silence as it was loaded. */
export const expireSilence = (id: string, author: string, etag: string | undefined) =>
  post<'expireSilence'>(`/silences/${id}/expire`, { author }, etag)
