import { z } from 'zod'
import { bundleSchema } from '../../../detectors/reproduce/bundle.ts'
import { route } from '../route.ts'
import { named } from '../shared.ts'

const bundle = named('Bundle', bundleSchema)
const idSchema = z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits')
const tag = 'Results'
const description =
  'Contains the results with their arrays, bins and rules, and the declarations and baselines behind them. `driftgauge reproduce FILE` computes the verdicts again on any machine, without a store.'

export const bundleRoutes = {
  getAlertBundle: route({
    method: 'get',
    path: '/alerts/:alert/bundle',
    tag,
    summary: 'All that an alert was computed from, in one document',
    description,
    scope: 'read',
    params: z.strictObject({ alert: idSchema }),
    answers: { 200: bundle },
  }),
  getResultBundle: route({
    method: 'get',
    path: '/results/:result/bundle',
    tag,
    summary: 'All that a result was computed from, in one document',
    description,
    scope: 'read',
    params: z.strictObject({ result: idSchema }),
    answers: { 200: bundle },
  }),
}
