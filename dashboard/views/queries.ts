import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from '../queries/answer.ts'
import { get, post, remove } from '../queries/api.ts'

export type View = Answer<'listViews'>['views'][number]

export const viewsQuery = () =>
  queryOptions({
    queryKey: ['views'],
    queryFn: ({ signal }) => get<'listViews'>('/views', {}, signal),
  })

export const saveView = (view: { name: string; path: string }) => post<'saveView'>('/views', view)

export const removeView = (id: string) => remove(`/views/${id}`)
