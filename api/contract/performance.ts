import { z } from 'zod'
import { METRIC_NAMES } from '../../detectors/performance/metric.ts'
import { metricSchema } from './metric.ts'
import { MAX_POINTS } from './results.ts'
import { route } from './route.ts'
import { modelParams, named, periodQuery, timeSchema } from './shared.ts'

const metricsSchema = z.partialRecord(z.enum(METRIC_NAMES), metricSchema)

const spanSchema = {
  predictions: z.int(),
  labelled: z.int().describe('Those of them whose label has come.'),
  coverage: z.number().nullable().describe('The share of predictions that are labelled; null without any.'),
  metrics: metricsSchema.describe('Over the labelled rows. What they do not give is absent.'),
  estimate: z
    .partialRecord(z.enum(METRIC_NAMES), z.number())
    .nullable()
    .describe('What is to be expected over all predictions, from their scores alone.'),
}

const pointSchema = named(
  'PerformancePoint',
  z.strictObject({
    time: timeSchema.describe('Its beginning.'),
    mature: z
      .boolean()
      .nullable()
      .describe('Whether labels have had time to come; null while it is not known how long they take.'),
    ...spanSchema,
  }),
)

const changeSchema = named(
  'PerformanceChange',
  z.strictObject({
    time: timeSchema.describe('Beginning of the first hour after the change, as the detector estimates it.'),
    found: timeSchema.describe('Beginning of the hour whose labels told it.'),
    detector: z.enum(['page_hinkley', 'adwin']),
    direction: z.enum(['worse', 'better']),
    metric: z
      .enum(METRIC_NAMES)
      .describe('What changed: the metric that decides, or for ADWIN accuracy or the mean absolute error.'),
    before: z.number().describe("The metric from the same detector's change before, or the first label, on."),
    after: z.number().describe('The metric from this change to the next of the same detector, or the end.'),
    size: z
      .number()
      .nullable()
      .describe('Relative to `before`, positive where the metric rose; null where that is 0.'),
  }),
)

export const performanceSchema = named(
  'Performance',
  z.strictObject({
    from: timeSchema,
    to: timeSchema,
    step: z.enum(['1h', '1d']),
    primary: z.enum(METRIC_NAMES).describe('The metric that decides for the monitor.'),
    label_delay: z
      .strictObject({ hours: z.number(), source: z.enum(['declared', 'observed']) })
      .nullable()
      .describe(
        'What is waited for: the longest that a monitor of performance declares, or else what labels show.',
      ),
    no_estimate: z
      .enum(['regression', 'no_scores_in_baseline', 'positive_class_unknown'])
      .nullable()
      .describe('Why there is no estimate.'),
    baseline: z.strictObject({
      version: z.int(),
      hash: z.string(),
      name: z.string(),
      labelled: z.int(),
      metrics: metricsSchema,
    }),
    total: z.strictObject(spanSchema).describe('Over the whole period.'),
    changes: z
      .array(changeSchema)
      .describe(
        'Where errors changed within the period, ascending: by Page–Hinkley and ADWIN on the mature hours of all time up to its end.',
      ),
    points: z.array(pointSchema),
  }),
)

export const performanceRoutes = {
  getPerformance: route({
    method: 'get',
    path: '/models/:model/performance',
    tag: 'Charts',
    summary: 'Performance with intervals, what is to be expected before labels come, and how many have come',
    description: `By the hour of the prediction. By default the last 7 days; by hours up to two days, else by days, at most ${MAX_POINTS} points. Rows count once they are rolled up, within a minute or so.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      ...periodQuery,
      step: z.enum(['1h', '1d']).optional(),
      monitor: z
        .string()
        .optional()
        .describe('Whose metric decides; by default the first by name of those that check performance.'),
      version: z.string().optional().describe('Only rows of this version of the model.'),
    }),
    answers: { 200: performanceSchema },
    problems: [409],
  }),
}
