import { z } from 'zod'
import { RULES } from '../../../domain/constraints.ts'
import { COLUMN_FINDINGS, MAX_LISTED_VALUES } from '../../../domain/data-finding.ts'
import { MAX_EXAMPLES } from '../../../store/views/offending-rows.ts'
import { route } from '../route.ts'
import { hourSchema, modelParams, named, timeSchema } from '../shared.ts'

/** Reasons why values were unusable, in one answer. */
export const MAX_REASONS = 10

export const offendingSchema = named(
  'OffendingRows',
  z.strictObject({
    monitor: z.string(),
    window_start: timeSchema,
    window_end: timeSchema.describe('Exclusive.'),
    rows: z.int().describe('Number of stored predictions in the window.'),
    affected: z.int().describe('Number of these that the finding is about.'),
    values: z
      .array(z.strictObject({ value: z.string(), rows: z.int() }))
      .describe(
        `Their most frequent values, or names of undeclared features; at most ${MAX_LISTED_VALUES}. With more than 10,000 distinct ones, counts can be too low. Contain unescaped text.`,
      ),
    received: z
      .array(z.strictObject({ reason: z.string(), events: z.int(), example: z.string() }))
      .describe(
        'For `invalid`, why values were unusable, with the newest value received. Events that were delivered again count again.',
      ),
    limits: z
      .union([
        z.strictObject({
          from: z.literal('declared'),
          rules: z.array(z.strictObject({ rule: z.enum(RULES), rows: z.int() })),
        }),
        z.strictObject({ from: z.literal('baseline'), min: z.number(), max: z.number() }),
      ])
      .nullable()
      .describe(
        'For `range`, the declared rules with the rows that break each, or the range of the baseline.',
      ),
    examples: z
      .array(
        z.strictObject({ id: z.string(), ts: timeSchema, version: z.string(), value: z.string().nullable() }),
      )
      .describe(`The newest affected predictions; at most ${MAX_EXAMPLES}.`),
  }),
)

export const offendingRoutes = {
  getOffendingRows: route({
    method: 'get',
    path: '/models/:model/offending',
    tag: 'Charts',
    summary: 'The rows of a window that a finding about the data is about',
    description:
      'Reads the stored predictions of the window as they are now. Returns ids and values of the one column, no other features. Needs `column`, except for `unknown_features`.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      finding: z.enum([...COLUMN_FINDINGS, 'unknown_features']),
      column: z.string().min(1).max(300).optional(),
      kind: z.enum(['feature', 'prediction']).default('feature').describe('Of `column`.'),
      monitor: z.string().optional().describe("Defaults to the model's first monitor that checks `quality`."),
      at: hourSchema.optional().describe('End of the window. Defaults to the newest window.'),
    }),
    answers: { 200: offendingSchema },
  }),
}
