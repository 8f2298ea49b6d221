import { queryOptions } from '@tanstack/svelte-query'
import type { z } from 'zod'
import type { Routes } from '../../../api/contract/routes.ts'
import type { Period } from '../../state/period.ts'
import type { Answer } from '../answer.ts'
import { get, getTagged, patch, post, remove } from '../api.ts'

export type Incident = Answer<'getIncident'>
export type IncidentAlert = Incident['alerts'][number]
export type Summary = Answer<'getIncidentSummary'>
export type VerdictCounts = Summary['total']

const path = (id: string) => `/incidents/${id}`

/** The first thousand: open ones, then the newest. */
export const incidentsQuery = ({ model, ...period }: { model?: string | undefined } & Partial<Period> = {}) =>
  queryOptions({
    queryKey: ['incidents', model ?? '', period],
    queryFn: ({ signal }) => get<'listIncidents'>('/incidents', { model, ...period, limit: 1000 }, signal),
  })

/** With its entity tag. */
export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => getTagged<'getIncident'>(path(id), {}, signal),
  })

export const summaryQuery = (months: number, until: string | undefined) =>
  queryOptions({
    queryKey: ['incidents', 'summary', months, until],
    queryFn: ({ signal }) => get<'getIncidentSummary'>('/incidents/summary', { months, until }, signal),
  })

export const createIncident = (body: z.input<Routes['createIncident']['body']>) =>
  post<'createIncident'>('/incidents', body)

/** Changes an incident as it was loaded. */
export const changeIncident = (
  id: string,
  body: z.input<Routes['patchIncident']['body']>,
  etag: string | undefined,
) => patch<'patchIncident'>(path(id), body, etag)

export const addToIncident = (id: string, alerts: string[]) =>
  post<'addIncidentAlerts'>(`${path(id)}/alerts`, { alerts })

export const takeFromIncident = (id: string, alert: string, etag: string | undefined) =>
  remove(`${path(id)}/alerts/${alert}`, etag)

export const removeIncident = (id: string, etag: string | undefined) => remove(path(id), etag)
