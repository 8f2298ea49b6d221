import { z } from 'zod'
import { documents } from '../database/documents.ts'
import { nameSchema } from './model.ts'
import { DRIFT_KINDS, EXPERIMENT_KIND } from '../../domain/drift-kind.ts'

/** Sends the alerts that match to channels, beside those that their monitors name. */
export const alertRouteSchema = z.strictObject({
  name: nameSchema,
  match: z
    .strictObject({
      models: z
        .array(z.string().min(1).max(200))
        .min(1)
        .optional()
        .describe('Names; `*` stands for any characters and `?` for one. Defaults to any model.'),
      kinds: z
        .array(z.enum([...DRIFT_KINDS, 'data', 'retraining', EXPERIMENT_KIND]))
        .min(1)
        .optional()
        .describe(
          'Kinds of drift, `performance`, `data` for findings about the data, `retraining` or `experiment`. Defaults to any kind.',
        ),
      severity: z.enum(['warning', 'critical']).default('warning').describe('Minimum severity.'),
    })
    .prefault({}),
  channels: z.array(nameSchema).min(1),
})

export type AlertRoute = z.output<typeof alertRouteSchema>

/** The declared routes, by name. */
export const alertRoutes = documents<AlertRoute>('alert_routes')
