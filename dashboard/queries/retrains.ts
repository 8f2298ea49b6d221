import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get, post } from './api.ts'

export type Retrain = Answer<'listRetrains'>['retrains'][number]
export type RetrainDetail = Answer<'getRetrain'>
export type RetrainCall = NonNullable<RetrainDetail['call']>
/** What a person can do to a request. */
export type RetrainAction = 'approve' | 'reject' | 'cancel' | 'replay'

export interface RetrainFilter {
  model?: string | undefined
  monitor?: string | undefined
}

export const retrainsQuery = (filter: RetrainFilter = {}) =>
  queryOptions({
    queryKey: ['retrains', filter.model ?? '', filter],
    queryFn: ({ signal }) => get<'listRetrains'>('/retrains', { ...filter, limit: 200 }, signal),
  })

export const retrainQuery = (id: string) =>
  queryOptions({
    queryKey: ['retrain', id],
    queryFn: ({ signal }) => get<'getRetrain'>(`/retrains/${id}`, {}, signal),
  })

/** What would be sent; nothing is. */
export const previewRetrain = (alert: string) =>
  post<'requestRetrain'>('/retrains', { alert, dry_run: true }) as Promise<RetrainCall>

export const requestRetrain = (alert: string, comment: string) =>
  post<'requestRetrain'>('/retrains', { alert, comment })

export const actOnRetrain = (id: string, action: RetrainAction, comment: string) =>
  post<'approveRetrain'>(`/retrains/${id}/${action}`, { comment })
