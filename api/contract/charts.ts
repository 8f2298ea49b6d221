import { z } from 'zod'
import { binSchema } from './bins.ts'
import { route } from './route.ts'
import { sliceQuery } from './segments.ts'
import { modelParams, named, periodQuery, timeSchema } from './shared.ts'
import { MAX_POINTS } from './results.ts'

const sideSchema = z.strictObject({ rows: z.number(), missing: z.number() })

export const chartRoutes = {
  getDistribution: route({
    method: 'get',
    path: '/models/:model/columns/:column/distribution',
    tag: 'Charts',
    summary: 'Baseline and window over the same bins, with the contribution of each bin to PSI',
    description:
      'Covers whole hours: `from` is rounded down and `to` up. Defaults to the last 24 hours. For a segment, both sides contain only its rows; for a version, only the window does. Rows count once they are rolled up, which takes about a minute.',
    scope: 'read',
    params: modelParams.extend({ column: z.string().min(1).max(200) }),
    query: z.strictObject({
      ...periodQuery,
      role: z
        .enum(['feature', 'prediction', 'score', 'label'])
        .optional()
        .describe('Required only if a feature has the same name as an outcome.'),
      ...sliceQuery,
    }),
    answers: {
      200: named(
        'Distribution',
        z.strictObject({
          model: z.string(),
          column: z.string(),
          role: z.string(),
          kind: z.enum(['numeric', 'categorical']),
          from: timeSchema,
          to: timeSchema,
          baseline: sideSchema.extend({ version: z.int(), hash: z.string(), name: z.string() }),
          window: sideSchema,
          psi: z.number().nullable().describe('The sum of the contributions.'),
          bins: z.array(binSchema),
        }),
      ),
    },
    problems: [409],
  }),
  getVolume: route({
    method: 'get',
    path: '/models/:model/volume',
    tag: 'Charts',
    summary: 'Stored predictions, labels and dead letters by hour',
    description: `Distinct predictions and labels by the hour of the prediction, and dead letters by the hour they arrived. A label without a prediction in the hour that it names is in none, once that hour has been counted. Defaults to the last 7 days. At most ${MAX_POINTS} points; longer periods are returned by day.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject(periodQuery),
    answers: {
      200: named(
        'Volume',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          step: z.enum(['1h', '1d']),
          pending_labels: z.int().describe('Labels whose prediction is not known yet.'),
          unmatched_labels: z
            .int()
            .describe(
              'Labels whose `prediction_ts` names an hour of the period in which no prediction has their id, as last counted. They count nowhere.',
            ),
          misplaced_labels: z
            .int()
            .describe('Those of the unmatched labels whose id has a prediction in another hour.'),
          points: z.array(
            z.strictObject({
              time: timeSchema,
              predictions: z.int(),
              labels: z.int(),
              dead_letters: z.int(),
            }),
          ),
        }),
      ),
    },
  }),
}
