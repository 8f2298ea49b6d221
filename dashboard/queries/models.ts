import { queryOptions } from '@tanstack/svelte-query'
import type { HeatmapGrain } from '../../domain/heatmap-grain.ts'
import type { Period } from '../state/period.ts'
import type { Slice } from '../state/slice.ts'
import { get } from './api.ts'

/** Data of the same subject stay on the screen, marked as stale, until those of another period are there. */
export const ofSameSubject =
  (subject: string) =>
  <T>(previous: T | undefined, query: { queryKey: readonly unknown[] } | undefined): T | undefined =>
    query?.queryKey[1] === subject ? previous : undefined

const path = (model: string) => `/models/${encodeURIComponent(model)}`

export const overviewQuery = () =>
  queryOptions({
    queryKey: ['overview'],
    queryFn: ({ signal }) => get<'getOverview'>('/overview', {}, signal),
  })

/** The first thousand, which is more than anyone looks through. */
export const modelsQuery = () =>
  queryOptions({
    queryKey: ['models'],
    queryFn: ({ signal }) => get<'listModels'>('/models', { limit: 1000 }, signal),
  })

export const modelQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', model],
    queryFn: ({ signal }) => get<'getModel'>(path(model), {}, signal),
  })

export const baselinesQuery = (model: string) =>
  queryOptions({
    queryKey: ['baselines', model],
    queryFn: ({ signal }) => get<'listBaselines'>(`${path(model)}/baselines`, { limit: 1000 }, signal),
  })

export const monitorsQuery = (model: string) =>
  queryOptions({
    queryKey: ['monitors', model],
    queryFn: ({ signal }) => get<'listMonitors'>('/monitors', { model, limit: 1000 }, signal),
  })

export const heatmapQuery = (
  model: string,
  monitor: string | undefined,
  { from, to }: Period,
  { segment, version }: Slice = { segment: '', version: '' },
  grain: HeatmapGrain = 'window',
) =>
  queryOptions({
    queryKey: ['heatmap', model, { monitor, from, to, segment, version, grain }],
    queryFn: ({ signal }) =>
      get<'getHeatmap'>(`${path(model)}/heatmap`, { monitor, from, to, segment, version, grain }, signal),
    placeholderData: ofSameSubject(model),
  })

export const volumeQuery = (model: string, { from, to }: Period) =>
  queryOptions({
    queryKey: ['volume', model, { from, to }],
    queryFn: ({ signal }) => get<'getVolume'>(`${path(model)}/volume`, { from, to }, signal),
    placeholderData: ofSameSubject(model),
  })

/** What came otherwise than it was declared; of one field, and of names that resemble it, where it is given. */
export const qualityQuery = (model: string, { from, to }: Period, field?: string) =>
  queryOptions({
    queryKey: ['quality', model, { from, to, field }],
    queryFn: ({ signal }) => get<'getQuality'>(`${path(model)}/quality`, { from, to, field }, signal),
    placeholderData: ofSameSubject(model),
  })

/** Of all rows, or of those of one version. */
export const performanceQuery = (
  model: string,
  monitor: string | undefined,
  { from, to }: Period,
  version?: string,
) =>
  queryOptions({
    queryKey: ['performance', model, { monitor, from, to, version }],
    queryFn: ({ signal }) =>
      get<'getPerformance'>(`${path(model)}/performance`, { monitor, from, to, version }, signal),
    placeholderData: ofSameSubject(model),
  })

/** What explains the change of the loss between the baseline and the period. */
export const explainedQuery = (model: string, monitor: string | undefined, { from, to }: Period) =>
  queryOptions({
    queryKey: ['explained-loss', model, { monitor, from, to }],
    queryFn: ({ signal }) =>
      get<'getPerformanceExplained'>(`${path(model)}/performance/explained`, { monitor, from, to }, signal),
    placeholderData: ofSameSubject(model),
  })

export interface SeriesFilter extends Period {
  model: string
  monitor: string | undefined
  kind: string
  column: string
  segment?: string | undefined
  version?: string | undefined
}

/** The results of one column, in order of time: at most 2,000, the newest of a longer period are left out. */
export const seriesQuery = ({ model, ...filter }: SeriesFilter) =>
  queryOptions({
    queryKey: ['results', model, filter],
    queryFn: ({ signal }) => get<'listResults'>(`${path(model)}/results`, { ...filter }, signal),
    placeholderData: ofSameSubject(model),
  })

/** One result; it never changes. */
export const resultQuery = (id: string) =>
  queryOptions({
    queryKey: ['result', id],
    queryFn: ({ signal }) => get<'getResult'>(`/results/${id}`, {}, signal),
    staleTime: Infinity,
  })
