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

const fieldSchema = z.enum(['min', 'max', 'allowed', 'required', 'tolerance'])
const valueSchema = z.union([z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])

const suggestedFeature = named(
  'SuggestedFeature',
  z.strictObject({
    feature: z.string(),
    kind: z.enum(['numeric', 'categorical']),
    constraints: z.array(
      z.strictObject({
        field: fieldSchema,
        value: valueSchema,
        reason: z.string().describe('What it was derived from.'),
        declared: valueSchema.optional().describe('What is declared; absent if nothing is.'),
        differs: z.boolean().describe('Whether something else is declared, or nothing.'),
      }),
    ),
    withheld: z
      .array(z.strictObject({ field: fieldSchema, reason: z.string() }))
      .describe('Constraints that are not declared, and why the baseline suggests none.'),
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
  suggestConstraints: route({
    method: 'get',
    path: '/models/:model/constraints/suggested',
    tag: 'Models',
    summary: 'Constraints on features that hold on a baseline, beside those declared',
    description:
      'Uses the active baseline, or the one that `baseline` numbers. Below `rows_needed` rows, nothing is suggested.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      baseline: z.coerce.number().int().min(1).max(1_000_000).optional().describe('Number of a baseline.'),
    }),
    answers: {
      200: named(
        'SuggestedConstraints',
        z.strictObject({
          model: z.string(),
          baseline: z.strictObject({ version: z.int(), name: z.string(), rows: z.int() }),
          rows_needed: z.int(),
          features: z.array(suggestedFeature),
          not_in_baseline: z.array(z.string()).describe('Declared features that the baseline does not have.'),
        }),
      ),
    },
    problems: [409],
  }),
}
