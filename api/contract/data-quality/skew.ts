import { z } from 'zod'
import { MAX_EXAMPLES } from '../../../store/skew/skew-examples.ts'
import { featureNameSchema } from '../../../control/declared/model.ts'
import { route } from '../route.ts'
import { modelParams, named, periodQuery, timeSchema } from '../shared.ts'

/** Parts of a period in one answer. */
export const MAX_SKEW_POINTS = 60

const columnSchema = named(
  'SkewColumn',
  z.strictObject({
    column: z.string(),
    rows: z.int().describe('Number of served predictions whose reference row has a word on the feature.'),
    differing: z.int().describe('Number of these that differ by more than is tolerated.'),
    share: z.number().nullable().describe('Of differing rows; null if there are none to compare.'),
    missing_served: z.int().describe('Of the differing rows, those that were served without a value.'),
    missing_reference: z.int().describe('Of the differing rows, those whose reference is null.'),
    mean_difference: z
      .number()
      .nullable()
      .describe('Served minus reference, over rows with both; null for categories.'),
    mean_absolute_difference: z.number().nullable(),
    series: z
      .array(z.strictObject({ from: timeSchema, rows: z.int(), differing: z.int() }))
      .optional()
      .describe('With `column`: by parts of `step_hours`, ascending; parts without rows are absent.'),
    examples: z
      .array(
        z.strictObject({
          id: z.string(),
          ts: timeSchema,
          version: z.string(),
          served: z.string().nullable(),
          reference: z.string().nullable(),
        }),
      )
      .optional()
      .describe(
        `With \`column\`: the newest differing predictions of the hours that are counted, at most ${MAX_EXAMPLES}, as they are stored now. Contain unescaped text.`,
      ),
  }),
)

export const skewRoutes = {
  getSkew: route({
    method: 'get',
    path: '/models/:model/skew',
    tag: 'Charts',
    summary: 'How served features differ from those computed offline',
    description:
      'From the counts of each hour, which are made anew when predictions or reference features of it arrive; `not_counted` says of how many hours that is still to be done. Shadow traffic is left out.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      ...periodQuery,
      column: featureNameSchema.optional().describe('Only this feature, with examples and a series.'),
    }),
    answers: {
      200: named(
        'Skew',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          tolerance: z.number().describe('Relative to the reference.'),
          absolute_tolerance: z.number(),
          has_reference: z.boolean().describe('Whether any reference features are stored, of whatever time.'),
          has_baseline: z.boolean().describe('Without one, no hour is counted.'),
          not_counted: z
            .int()
            .describe(
              'Hours of the period that are still to be counted, or counted again because rows arrived. What they lack is in no other figure.',
            ),
          other_tolerance: z
            .int()
            .describe(
              'Hours that were counted with another tolerance than is declared now; no figure of a feature includes them. Activate the baseline again to have all hours counted again.',
            ),
          rows: z.int().describe('Number of served predictions with a reference row.'),
          unmatched: z
            .int()
            .describe(
              'Reference rows that name a counted hour of the period in which no such prediction was served.',
            ),
          unmatched_without_ts: z
            .int()
            .describe(
              'Reference rows without `ts` that were received in the period, and whose id no served prediction has.',
            ),
          step_hours: z.int().describe('Length of a part of `series`.'),
          columns: z.array(columnSchema).describe('The largest share of differing rows first.'),
        }),
      ),
    },
  }),
}
