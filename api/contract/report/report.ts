import { z } from 'zod'
import { route } from '../route.ts'
import { modelParams, periodQuery } from '../shared.ts'

export const REPORT_FORMATS = ['html', 'markdown'] as const

export const reportRoutes = {
  getReport: route({
    method: 'get',
    path: '/models/:model/report',
    tag: 'Charts',
    summary: 'A report on a model in a period, as a page or as Markdown',
    description:
      'What is watched, alerts, drift, the columns that drifted most, performance, volume, data quality, incidents, annotations, experiments and retrainings, with the numbers of the other routes. Covers whole hours: `from` is rounded down and `to` up; defaults to the 30 days up to the newest evaluated window. The page needs no scripts and loads nothing.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject({ ...periodQuery, format: z.enum(REPORT_FORMATS).default('html') }),
    documents: ['text/html', 'text/markdown'],
    answers: { 200: z.string().describe('The report.') },
    problems: [409],
  }),
}
