import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get, post } from './api.ts'
import { upload, type OutcomeColumns } from './files.ts'

export type Baseline = Answer<'listBaselines'>['baselines'][number]

const path = (model: string) => `/models/${encodeURIComponent(model)}/baselines`

export const uploadBaseline = (
  model: string,
  { file, type, name, columns }: { file: File; type: string; name: string; columns: OutcomeColumns },
  onSent: (share: number) => void,
) =>
  upload<Answer<'makeBaseline'>>(
    `${path(model)}?${new URLSearchParams({ name, ...columns }).toString()}`,
    file,
    type,
    onSent,
  )

export const baselineFromWindow = (
  model: string,
  body: { name?: string; window: { from: string; to: string } },
) => post<'makeBaseline'>(path(model), body)

/** For the whole model, or for one of its versions. */
export const activateBaseline = (model: string, version: number, forVersion?: string) =>
  post<'activateBaseline'>(
    `${path(model)}/${version}/activate`,
    forVersion === undefined ? {} : { for_version: forVersion },
  )

export const unbindBaseline = (model: string, version: number, forVersion: string) =>
  post<'deactivateBaseline'>(`${path(model)}/${version}/deactivate`, { for_version: forVersion })

/** Who made and activated the baselines, newest first. Needs the scope "write". */
export const baselineAuditQuery = () =>
  queryOptions({
    queryKey: ['audit', 'baseline'],
    queryFn: ({ signal }) => get<'listAudit'>('/audit', { subject: 'baseline', limit: 1000 }, signal),
  })

const COLUMNS_A_PAGE = 48

/** What a baseline holds of its columns, a page at a time. A baseline never changes. */
export const baselineColumnsQuery = (model: string, version: number, search: string) =>
  infiniteQueryOptions({
    queryKey: ['baseline-columns', model, { version, search }],
    queryFn: ({ signal, pageParam }) =>
      get<'listBaselineColumns'>(
        `${path(model)}/${version}/columns`,
        { limit: COLUMNS_A_PAGE, cursor: pageParam, search: search === '' ? undefined : search },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })

/** Two baselines compared; which one is named first does not matter. */
export const baselineComparisonQuery = (model: string, version: number, other: number) =>
  queryOptions({
    queryKey: ['baseline-comparison', model, [version, other].sort((a, b) => a - b)],
    queryFn: ({ signal }) =>
      get<'compareBaselines'>(`${path(model)}/${version}/comparison`, { with: other }, signal),
    staleTime: Infinity,
  })
