import { z } from 'zod'
import { route } from '../route.ts'
import { modelParams, named, periodQuery, timeSchema } from '../shared.ts'

/** Fields and reasons that are answered. */
export const MAX_PROBLEMS = 100

const problemSchema = named(
  'InputProblem',
  z.strictObject({
    field: z.string().describe('Such as `features.hour` or `score`; `*` if there are too many names.'),
    reason: z.string().describe('As in the `warnings` of the intake.'),
    count: z.int().describe('Number of events; events that were delivered again count again.'),
    last_received: timeSchema,
    example: z.string().describe('The newest received value, as JSON, cut to 100 characters.'),
    resembles: z.string().optional().describe('The declared name that the field resembles.'),
    hours: z
      .array(z.strictObject({ hour: timeSchema, count: z.int() }))
      .describe('Hours with affected events, ascending.'),
  }),
)

export const qualityRoutes = {
  getQuality: route({
    method: 'get',
    path: '/models/:model/quality',
    tag: 'Charts',
    summary: 'Stored values that do not match the declaration, by field, reason and hour',
    description: `Covers whole hours of event time; defaults to the last 7 days. The ${MAX_PROBLEMS} most frequent.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      ...periodQuery,
      field: z
        .string()
        .min(1)
        .max(1100)
        .optional()
        .describe('Only of this field, such as `features.hour`, and of names that resemble it.'),
    }),
    answers: {
      200: named(
        'Quality',
        z.strictObject({ from: timeSchema, to: timeSchema, problems: z.array(problemSchema) }),
      ),
    },
  }),
}
