import { z } from 'zod'
import { MAX_ALLOWED, MAX_PATTERN, patternProblem, TOO_MANY_ALLOWED } from '../../domain/constraints.ts'

/** A regular expression that the store takes as well. */
const patternSchema = z
  .string()
  .min(1)
  .max(MAX_PATTERN)
  .superRefine((pattern, context) => {
    const problem = patternProblem(pattern)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })

/** What must hold of the values of a feature, whatever its baseline was like. */
export const constraintFields = {
  min: z.number().optional(),
  max: z.number().optional(),
  allowed: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1, 'list at least one value')
    .max(MAX_ALLOWED, TOO_MANY_ALLOWED)
    .optional(),
  pattern: patternSchema.optional(),
  required: z.boolean().optional(),
  tolerance: z.number().min(0).max(1).optional(),
}
