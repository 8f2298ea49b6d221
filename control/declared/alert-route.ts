import { z } from 'zod'
import { documents } from '../database/documents.ts'
import { nameSchema } from './model.ts'
import { ALERT_KINDS } from '../../domain/drift-kind.ts'

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
        .array(z.enum(ALERT_KINDS))
        .min(1)
        .optional()
        .describe(
          'Kinds of drift, `performance`, `expected_performance`, `data` for findings about the data, `retraining` or `experiment`. Defaults to any kind.',
        ),
      owners: z
        .array(z.string().min(1).max(200))
        .min(1)
        .optional()
        .describe(
          'Owners that the model states for the kind of alert; `*` and `?` as for models. Defaults to any, and none.',
        ),
      severity: z.enum(['warning', 'critical']).default('warning').describe('Minimum severity.'),
    })
    .prefault({}),
  channels: z.array(nameSchema).min(1),
})

export type AlertRoute = z.output<typeof alertRouteSchema>

/** The declared routes, by name. */
export const alertRoutes = documents<AlertRoute>('alert_routes')
