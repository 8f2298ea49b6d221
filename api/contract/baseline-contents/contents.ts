import { z } from 'zod'
import { baselineParams, baselineSchema } from '../baselines.ts'
import { binSchema } from '../bins.ts'
import { route } from '../route.ts'
import { named, nextCursor, pageQuery } from '../shared.ts'

const tag = 'Baselines'
const place = { column: z.string(), role: z.string() }
const kindSchema = z.enum(['numeric', 'categorical'])
const sideSchema = z.strictObject({ rows: z.number(), missing: z.number() })
const placeSchema = z.strictObject(place)

export const baselineContentRoutes = {
  listBaselineColumns: route({
    method: 'get',
    path: '/models/:model/baselines/:version/columns',
    tag,
    summary: 'The distribution of every column of a baseline, in short',
    description:
      'From the stored counts. Bars of numbers are equally wide; the outer two hold all that lies beyond the inner 99% of rows.',
    scope: 'read',
    params: baselineParams,
    query: z.strictObject({
      ...pageQuery({ most: 500, default: 50 }),
      search: z.string().max(200).optional().describe('Only columns whose names contain this text.'),
    }),
    answers: {
      200: named(
        'BaselineColumnPage',
        z.strictObject({
          total: z.int().describe('Columns of the baseline.'),
          matching: z.int().describe('Those of them that the search finds.'),
          columns: z.array(
            z.strictObject({
              ...place,
              kind: kindSchema,
              ...sideSchema.shape,
              bins: z
                .array(z.strictObject({ label: z.string(), rows: z.number() }))
                .describe('Ranges of numbers, or the most frequent categories.'),
              left_out: z.int().describe('Further categories. A list that was cut counts as one.'),
              min: z.number().nullable().describe('To seven significant digits; null for categories.'),
              median: z.number().nullable(),
              max: z.number().nullable(),
            }),
          ),
          next_cursor: nextCursor,
        }),
      ),
    },
  }),
  compareBaselines: route({
    method: 'get',
    path: '/models/:model/baselines/:version/comparison',
    tag,
    summary: 'Two baselines compared, column by column, those that differ most first',
    description:
      'The newer baseline takes the place of the window and is counted over the bins of the older one, from stored counts alone. Verdicts follow the default rule, with a level of significance of 0.01 that all columns share.',
    scope: 'read',
    params: baselineParams,
    query: z.strictObject({ with: z.coerce.number().int().min(1).max(1_000_000).describe('The other baseline.') }), // prettier-ignore
    answers: {
      200: named(
        'BaselineComparison',
        z.strictObject({
          older: baselineSchema,
          newer: baselineSchema,
          columns: z.array(
            z.strictObject({
              ...place,
              kind: kindSchema,
              verdict: z.string(),
              reason: z.string(),
              effect: z.number().nullable().describe('PSI above noise; null if a side is empty.'),
              noise_floor: z.number().nullable(),
              psi: z.number().nullable(),
              d: z.number().nullable().describe('D of Kolmogorov–Smirnov; null for categories.'),
              precision: z
                .number()
                .describe(
                  'The share of rows below an edge of a bin is known to within this, as a bin of the newer baseline can lie across it; 0 if the counts are exact.',
                ),
              merged: z
                .int()
                .describe(
                  'Categories of the older baseline that count as "other" here, because the newer baseline lists only its most frequent ones.',
                ),
              baseline: sideSchema,
              window: sideSchema,
              bins: z.array(binSchema),
            }),
          ),
          not_compared: z.array(placeSchema.extend({ reason: z.string() })),
          only_older: z.array(placeSchema),
          only_newer: z.array(placeSchema),
        }),
      ),
    },
    problems: [409],
  }),
}
