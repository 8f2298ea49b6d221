import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/svelte-query'
import type { Declaration } from '../../declare/declaration.ts'
import type { Answer } from '../answer.ts'
import { get, getTagged, post } from '../api.ts'

export type Source = Answer<'getSource'>
export type SourceState = Source['state']
export type SourceFile = Answer<'listSourceFiles'>['files'][number]
export type FileState = SourceFile['state']
export type CheckedSource = Answer<'checkSource'>

const path = (name: string) => `/sources/${encodeURIComponent(name)}`

/** The first thousand, which is more than anyone looks through. */
export const sourcesQuery = () =>
  queryOptions({
    queryKey: ['sources'],
    queryFn: ({ signal }) => get<'listSources'>('/sources', { limit: 1000 }, signal),
  })

/** With its entity tag. */
export const sourceQuery = (name: string) =>
  queryOptions({
    queryKey: ['source', name],
    queryFn: ({ signal }) => getTagged<'getSource'>(path(name), {}, signal),
  })

const PAGE = 50

export const sourceFilesQuery = (name: string, state: FileState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['source', name, 'files', state],
    queryFn: ({ signal, pageParam: cursor }) =>
      get<'listSourceFiles'>(`${path(name)}/files`, { state, cursor, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
  })

/** What is taken besides what is new. */
export interface RunOptions {
  retry_failed?: boolean
  again?: string
}

/** Begins a run, and answers after a few seconds at most; live events tell how it goes on. */
export const runSource = (name: string, options: RunOptions) =>
  post<'runSource'>(`${path(name)}/run`, options)

/** What a source would take, which is not declared for that. */
export const checkSource = (declaration: Declaration) => post<'checkSource'>('/sources/check', declaration)
