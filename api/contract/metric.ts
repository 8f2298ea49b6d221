import { z } from 'zod'
import { named } from './shared.ts'

export const metricSchema = named(
  'Metric',
  z.strictObject({
    value: z.number(),
    low: z.number().optional().describe('With `high`, the 95% confidence interval, if known.'),
    high: z.number().optional(),
    bound: z
      .number()
      .optional()
      .describe('The exact value lies within `value` ± this: ROC AUC is computed from bins of the score.'),
  }),
)
