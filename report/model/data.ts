import type { z } from 'zod'
import type { Routes } from '../../api/contract/routes.ts'

/** What a route answers, as it comes over the wire. */
export type Answer<Id extends keyof Routes> = Routes[Id]['answers'] extends {
  200: infer Schema extends z.ZodType
}
  ? z.input<Schema>
  : never

/** What a part of the report is made of, or why there is nothing. */
export type Part<T> = { status: 'ready'; data: T } | { status: 'unavailable'; reason: string }

export type Monitor = Answer<'listMonitors'>['monitors'][number]
export type Heatmap = Answer<'getHeatmap'>
export type Alert = Answer<'getIncident'>['alerts'][number]
export type Result = Answer<'getResult'>
export type ResultSummary = Answer<'listResults'>['results'][number]

/** What a report tells of a model in a period: the answers of the API, as they are. */
export interface ModelReport {
  model: Answer<'getModel'>
  from: string
  to: string
  release: string
  createdAt: string
  baselines: Answer<'listBaselines'>
  monitors: readonly Monitor[]
  /** Alerts that fired in the period, those that began first first. */
  alerts: readonly Alert[]
  /** Of each monitor that looks for drift. */
  drift: readonly { monitor: string; heatmap: Part<Heatmap> }[]
  /** The columns that drifted most, the worst first. */
  worst: readonly WorstColumn[]
  /** Of each monitor that checks the data. */
  findings: readonly { monitor: string; findings: Part<Answer<'getFindings'>> }[]
  performance: Part<Answer<'getPerformance'>>
  volume: Part<Answer<'getVolume'>>
  incidents: Part<Answer<'listIncidents'>>
  annotations: Part<Answer<'listAnnotations'>>
  experiments: Part<Answer<'listExperiments'>>
  retrains: Part<Answer<'listRetrains'>>
}

export interface WorstColumn {
  monitor: string
  /** In order of time. */
  results: readonly ResultSummary[]
  /** In the worst of its windows. */
  result: Result
}
