import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get } from './api.ts'
import type { Period } from '../state/period.ts'
import { ofSameSubject } from './models.ts'

export interface FindingsFilter extends Period {
  model: string
  monitor: string | undefined
  columns?: 'affected' | 'all'
  column?: string
  kind?: string
}

const path = (model: string) => `/models/${encodeURIComponent(model)}`

/** What the checks of data have found, window by window. */
export const findingsQuery = ({ model, ...filter }: FindingsFilter) =>
  queryOptions({
    queryKey: ['findings', model, filter],
    queryFn: ({ signal }) => get<'getFindings'>(`${path(model)}/findings`, { ...filter }, signal),
    placeholderData: ofSameSubject(model),
  })

/** Until all hours of a period are counted. */
const COUNTING_MS = 30_000

/** How a feature was served, against how it was computed offline. */
export const skewQuery = (model: string, column: string, period: Period) =>
  queryOptions({
    queryKey: ['skew', model, column, period],
    queryFn: ({ signal }) => get<'getSkew'>(`${path(model)}/skew`, { column, ...period }, signal),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.has_baseline && data.not_counted > 0 && COUNTING_MS,
  })

export interface RowsFilter {
  model: string
  monitor: string | undefined
  finding: string
  /** Of findings about a column. */
  column?: string | undefined
  kind?: string | undefined
  /** End of the window. */
  at: string
}

/** The rows of one bin of a result. */
export const binRowsQuery = (model: string, result: string, bin: number) =>
  queryOptions({
    queryKey: ['offending', model, { result, bin }],
    queryFn: ({ signal }) => get<'getResultRows'>(`/results/${result}/rows`, { bin }, signal),
  })

export type OffendingRows = Answer<'getOffendingRows'>

/** The rows of a window that a finding is about. */
export const offendingQuery = ({ model, ...filter }: RowsFilter) =>
  queryOptions({
    queryKey: ['offending', model, filter],
    queryFn: ({ signal }) => get<'getOffendingRows'>(`${path(model)}/offending`, { ...filter }, signal),
  })
