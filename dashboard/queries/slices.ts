import { queryOptions } from '@tanstack/svelte-query'
import { get } from './api.ts'
import { ofSameSubject } from './models.ts'

const path = (model: string) => `/models/${encodeURIComponent(model)}`

/** The segments and versions that have rows in the 30 days up to `to`, or to the newest prediction. */
export const segmentsQuery = (model: string, to?: string) =>
  queryOptions({
    queryKey: ['segments', model, { to }],
    queryFn: ({ signal }) => get<'listSegments'>(`${path(model)}/segments`, { to }, signal),
    placeholderData: ofSameSubject(model),
  })

export interface WindowFilter {
  monitor: string | undefined
  kind: string
  column: string
  /** End of the window. */
  at: string
}

/** The results of one column in one window: of the whole model, its segments and its versions. */
export const windowQuery = (model: string, { at, ...filter }: WindowFilter) =>
  queryOptions({
    queryKey: ['results', model, { at, ...filter }],
    queryFn: ({ signal }) => {
      const from = new Date(Date.parse(at) - 1000).toISOString()
      return get<'listResults'>(`${path(model)}/results`, { ...filter, from, to: at }, signal)
    },
    placeholderData: ofSameSubject(model),
  })

/** The results of all columns with a breach in `(from, to]`: of the whole model, its segments and its versions. */
export const breachesQuery = (model: string, monitor: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['results', model, { monitor, from, to, breaches: true }],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        (['critical', 'warning'] as const).map((verdict) =>
          get<'listResults'>(`${path(model)}/results`, { monitor, from, to, verdict }, signal),
        ),
      )
      return pages.flatMap(({ results }) => results)
    },
    placeholderData: ofSameSubject(model),
  })

/** How much of the effect on the whole model each segment explains; it follows from results, which never change. */
export const explainingQuery = (result: string) =>
  queryOptions({
    queryKey: ['result', result, 'segments'],
    queryFn: ({ signal }) => get<'getExplainingSegments'>(`/results/${result}/segments`, {}, signal),
    staleTime: Infinity,
  })

/** Several results in full; they never change. */
export const resultsQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['result', ...ids],
    queryFn: ({ signal }) => Promise.all(ids.map((id) => get<'getResult'>(`/results/${id}`, {}, signal))),
    staleTime: Infinity,
  })
