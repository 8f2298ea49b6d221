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
    summary: 'Baseline and window over the same bins, with what each bin adds to PSI',
    description:
      'Over whole hours: `from` is rounded down and `to` up. By default the last 24 hours. Of a segment both sides are its own rows, of a version only the window is. Rows count once they are rolled up, within a minute or so.',
    scope: 'read',
    params: modelParams.extend({ column: z.string().min(1).max(200) }),
    query: z.strictObject({
      ...periodQuery,
      role: z
        .enum(['feature', 'prediction', 'score', 'label'])
        .optional()
        .describe('Needed only where a feature is called like an outcome.'),
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
    description: `Distinct predictions and labels by the hour of the prediction, dead letters by the hour they came in. By default the last 7 days. At most ${MAX_POINTS} points: a longer period comes by days.`,
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
