import { z } from 'zod'
import { DECIDING_METRICS } from '../../../control/declared/performance-metric.ts'
import { route } from '../route.ts'
import { modelParams, named, periodQuery, timeSchema } from '../shared.ts'

const sides = <T extends z.ZodType>(of: T) => z.strictObject({ baseline: of, window: of })

const explainedBin = named(
  'ExplainedBin',
  z.strictObject({
    label: z.string().describe('Values of the column. Contains unescaped category names.'),
    share: sides(z.number()).describe('Share of the labelled rows.'),
    mean: sides(z.number().nullable()).describe('Mean loss; null without rows.'),
    shift: z.number().describe('What rows moving into or out of the bin contribute.'),
    concept: z.number().describe('What other losses within the bin contribute.'),
    named: z.boolean().describe('Whether a part is beyond chance and among those that make up most of it.'),
  }),
)

const explainedColumn = named(
  'ExplainedColumn',
  z.strictObject({
    role: z.string(),
    column: z.string(),
    shift: z.number().describe('The part of the change that comes from rows moving between bins.'),
    shift_error: z.number().nullable().describe('Its standard error.'),
    concept: z
      .number()
      .describe('The part that comes from other losses within the bins; `shift` + `concept` is `change`.'),
    concept_error: z.number().nullable(),
    explains: z
      .number()
      .describe(
        'How much the column explains, as a share of the change: the shift if it is beyond chance, and what single bins contribute beyond their share of rows.',
      ),
    bins: z.array(explainedBin),
  }),
)

export const explainedSchema = named(
  'ExplainedLoss',
  z.strictObject({
    status: z
      .enum(['explained', 'within_chance', 'empty', 'not_counted'])
      .describe(
        '`not_counted`: rows of one side were counted before losses were kept by bin. The sentence says what to do.',
      ),
    sentence: z.string().describe('In plain words. Contains unescaped names.'),
    metric: z.enum(DECIDING_METRICS),
    loss: z
      .enum(['log_loss', 'brier', 'error_rate', 'squared_error', 'absolute_error'])
      .describe('What is averaged: for `accuracy`, the error rate; for `rmse`, the squared error.'),
    change: z.number().nullable().describe('Mean loss of the window minus that of the baseline.'),
    change_error: z.number().nullable().describe('Its standard error.'),
    columns: z.array(explainedColumn).describe('Columns that explain most come first; at most 20.'),
  }),
)

export const explainedRoutes = {
  getPerformanceExplained: route({
    method: 'get',
    path: '/models/:model/performance/explained',
    tag: 'Charts',
    summary: 'Where a change of the loss comes from, by column and bin',
    description:
      'Compares the labelled rows of the period with the baseline. Splits the change of the mean loss over the bins of every feature, of the prediction and of the score: rows that moved (`shift`), and rows that lose more or less than before (`concept`). Defaults to the last 7 days.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      ...periodQuery,
      monitor: z
        .string()
        .optional()
        .describe('The monitor whose metric decides; defaults to the first by name that checks performance.'),
      version: z.string().optional().describe('Only rows of this version of the model.'),
    }),
    answers: {
      200: named(
        'PerformanceExplained',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          baseline: z.strictObject({ version: z.int(), name: z.string() }),
          explained: explainedSchema,
        }),
      ),
    },
    problems: [409],
  }),
}
