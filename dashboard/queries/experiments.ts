import { queryOptions } from '@tanstack/svelte-query'
import type { Declaration } from '../experiment-form.ts'
import type { Answer } from './answer.ts'
import { create, get, getTagged, post, remove } from './api.ts'

export type Experiment = Answer<'getExperiment'>
export type Standing = NonNullable<Experiment['standing']>
export type Sequence = Answer<'getExperimentSequence'>
export type Segments = Answer<'getExperimentSegments'>
/** What a person can make of an experiment. */
export type Decision = 'promote' | 'keep'

const path = (name: string) => `/experiments/${encodeURIComponent(name)}`

/** The first thousand, which is more than anyone looks through. */
export const experimentsQuery = (model?: string) =>
  queryOptions({
    queryKey: ['experiments', model ?? ''],
    queryFn: ({ signal }) => get<'listExperiments'>('/experiments', { model, limit: 1000 }, signal),
  })

/** With its entity tag. */
export const experimentQuery = (name: string) =>
  queryOptions({
    queryKey: ['experiment', name],
    queryFn: ({ signal }) => getTagged<'getExperiment'>(path(name), {}, signal),
  })

export const sequenceQuery = (name: string) =>
  queryOptions({
    queryKey: ['experiment', name, 'sequence'],
    queryFn: ({ signal }) => get<'getExperimentSequence'>(`${path(name)}/sequence`, {}, signal),
  })

/** Computed from the stored rows, which takes its time. */
export const experimentSegmentsQuery = (name: string) =>
  queryOptions({
    queryKey: ['experiment', name, 'segments'],
    queryFn: ({ signal }) => get<'getExperimentSegments'>(`${path(name)}/segments`, {}, signal),
    staleTime: 300_000,
  })

export const decide = (name: string, decision: Decision, body: { comment: string; force: boolean }) =>
  post<'promoteChallenger'>(`${path(name)}/${decision}`, body)

/** Declares one under a name that is free. */
export const declareExperiment = (declaration: Declaration) =>
  create<'declareExperiment'>('/experiments', declaration)

/** Changes an experiment as it was loaded. */
export const changeExperiment = (declaration: Declaration, etag: string | undefined) =>
  post<'declareExperiment'>('/experiments', declaration, etag)

/** Removes an experiment as it was loaded. */
export const removeExperiment = (name: string, etag: string | undefined) => remove(path(name), etag)
