import { queryOptions } from '@tanstack/svelte-query'
import type { Declaration } from '../declare/declaration.ts'
import type { Answer } from './answer.ts'
import { ApiError, create, getTagged, post, postTagged, remove } from './api.ts'

export type Checked = Answer<'checkDeclarations'>

const path = (section: string, name: string) => `/${section}/${encodeURIComponent(name)}`

/** One declaration as it is stored, with its entity tag. */
export const storedQuery = (section: string, name: string) =>
  queryOptions({
    queryKey: ['declared', section, name],
    queryFn: ({ signal }) => getTagged<'getMonitor'>(path(section, name), {}, signal),
  })

/** Answers that are about the declaration; others are about the request. */
const REFUSALS = new Set([400, 409, 422])

/** What the API would say to a declaration, which is not stored. */
export async function checkDeclaration(
  section: string,
  declaration: Declaration,
): Promise<{ warnings: Checked['warnings'] } | { refusal: ApiError }> {
  try {
    return await post<'checkDeclarations'>('/declarations/check', { [section]: [declaration] })
  } catch (error) {
    if (error instanceof ApiError && REFUSALS.has(error.status)) return { refusal: error }
    throw error
  }
}

/** Declares one under a name that is free. */
export const declareNew = (section: string, declaration: Declaration) =>
  create<'declareMonitor'>(`/${section}`, declaration)

/** Replaces the one with this entity tag; answered with the tag of what was stored. */
export const declareAgain = (section: string, declaration: Declaration, etag: string | undefined) =>
  postTagged<'declareMonitor'>(`/${section}`, declaration, etag)

export const removeDeclared = (section: string, name: string, etag: string | undefined) =>
  remove(path(section, name), etag)
