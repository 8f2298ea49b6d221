import type { Request, Response } from 'express'
import type { Answer, Part } from '../../../report/model/data.ts'
import type { ApiContext } from '../../context.ts'
import type { RouteContract } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import { Problem } from '../../problem.ts'
import { alertHandlers } from '../alerting/alerts.ts'
import { retrainHandlers } from '../alerting/retrains.ts'
import { baselineHandlers } from '../baselines.ts'
import { chartHandlers } from '../charts.ts'
import { findingsHandlers } from '../data-quality/findings.ts'
import { heatmapHandlers } from '../heatmap.ts'
import { annotationHandlers } from '../incidents/annotations.ts'
import { incidentHandlers } from '../incidents/incidents.ts'
import { modelHandlers } from '../models.ts'
import { monitorHandlers } from '../monitors.ts'
import { performanceHandlers } from '../performance.ts'
import { resultHandlers } from '../results.ts'
import { experimentHandlers } from '../versions/experiments.ts'

/** Asks a route of the API as a request would, within the request for a report. A refusal is an answer: it says why. */
export type Ask = <Id extends keyof Routes>(
  id: Id,
  given: { params?: Record<string, string>; query?: Record<string, string | undefined> },
) => Promise<Part<Answer<Id>>>

type AnyHandler = (input: object) => Promise<{ body: unknown }>

/** Asks the handlers of the routes that a report is made of: its numbers are theirs. */
export function asker(context: ApiContext): (request: Request, response: Response) => Ask {
  const handlers: Partial<Record<keyof Routes, unknown>> = {
    ...modelHandlers(context),
    ...baselineHandlers(context),
    ...monitorHandlers(context),
    ...alertHandlers(context),
    ...heatmapHandlers(context),
    ...resultHandlers(context),
    ...chartHandlers(context),
    ...findingsHandlers(context),
    ...performanceHandlers(context),
    ...incidentHandlers(context),
    ...annotationHandlers(context),
    ...experimentHandlers(context),
    ...retrainHandlers(context),
  }
  return (request, response) =>
    async (id, { params, query = {} }) => {
      const contract: RouteContract = ROUTES[id]
      const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
      const checked = {
        params: contract.params?.parse(params),
        query: contract.query?.parse(given),
        request,
        response,
      }
      try {
        const { body } = await (handlers[id] as AnyHandler)(checked)
        return { status: 'ready', data: body as never }
      } catch (error) {
        if (error instanceof Problem && error.status < 500)
          return { status: 'unavailable', reason: error.message }
        throw error
      }
    }
}

/** Of a route that can have no reason to refuse what is asked: any refusal is that of the whole report. */
export function required<T>(part: Part<T>): T {
  if (part.status === 'ready') return part.data
  throw new Problem(409, 'No report', part.reason)
}
