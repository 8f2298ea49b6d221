import { queryOptions } from '@tanstack/svelte-query'
import { get, post, remove } from './api.ts'
import type { Period } from '../state/period.ts'

export interface AlertFilter {
  model?: string | undefined
  status?: string | undefined
}

/** Every event of a model's alerts on features in a period, of which the newest are loaded. */
export const featureAlertsQuery = (model: string, { from, to }: Period) =>
  queryOptions({
    queryKey: ['alerts', model, 'features', { from, to }],
    queryFn: ({ signal }) =>
      get<'listAlerts'>(
        '/alerts',
        { model, kind: 'feature', history: 'true', from, to, limit: 1000 },
        signal,
      ),
  })

export const alertsQuery = (filter: AlertFilter = {}) =>
  queryOptions({
    queryKey: ['alerts', filter.model ?? '', filter],
    queryFn: ({ signal }) => get<'listAlerts'>('/alerts', { ...filter, limit: 1000 }, signal),
  })

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => get<'getAlert'>(`/alerts/${id}`, {}, signal),
  })

export const acknowledge = (id: string, body: { by: string; comment: string }) =>
  post<'acknowledgeAlert'>(`/alerts/${id}/ack`, body)

export const unacknowledge = (id: string) => remove(`/alerts/${id}/ack`)
