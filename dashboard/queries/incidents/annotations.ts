import { queryOptions } from '@tanstack/svelte-query'
import type { z } from 'zod'
import type { Routes } from '../../../api/contract/routes.ts'
import type { Period } from '../../state/period.ts'
import type { Answer } from '../answer.ts'
import { get, patch, post, remove } from '../api.ts'

export type Annotation = Answer<'listAnnotations'>['annotations'][number]

/** Those of a model and of all models in a period: the first thousand, which is more than a chart can show. */
export const annotationsQuery = (model: string, { from, to }: Period) =>
  queryOptions({
    queryKey: ['annotations', model, { from, to }],
    queryFn: ({ signal }) => get<'listAnnotations'>('/annotations', { model, from, to, limit: 1000 }, signal),
  })

export const createAnnotation = (body: z.input<Routes['createAnnotation']['body']>) =>
  post<'createAnnotation'>('/annotations', body)

/** Changes an annotation as it was loaded. */
export const changeAnnotation = (
  id: string,
  body: z.input<Routes['patchAnnotation']['body']>,
  etag: string | undefined,
) => patch<'patchAnnotation'>(`/annotations/${id}`, body, etag)

export const removeAnnotation = (id: string, etag: string | undefined) => remove(`/annotations/${id}`, etag)
