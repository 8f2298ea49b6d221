import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get, getTagged, patch } from './api.ts'

export type Suggestions = Answer<'suggestConstraints'>

const path = (model: string) => `/models/${encodeURIComponent(model)}`

/** The declaration of a model with its entity tag. */
export const declarationQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', model, 'tagged'],
    queryFn: ({ signal }) => getTagged<'getModel'>(path(model), {}, signal),
  })

/** Depends on the declaration and the active baseline. */
export const suggestionsQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', model, 'suggested'],
    queryFn: ({ signal }) => get<'suggestConstraints'>(`${path(model)}/constraints/suggested`, {}, signal),
  })

/** Saves changed features of the declaration with this entity tag. */
export const saveFeatures = (model: string, change: object, etag: string | undefined) =>
  patch<'patchModel'>(path(model), change, etag)
