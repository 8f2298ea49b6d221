import { z } from 'zod'
import { NO_ESTIMATE } from '../../detectors/performance/estimate-window.ts'
import { METRIC_NAMES } from '../../detectors/performance/metric.ts'
import { metricSchema } from './metric.ts'
import { MAX_POINTS } from './results.ts'
import { route } from './route.ts'
import { modelParams, named, periodQuery, timeSchema } from './shared.ts'

const metricsSchema = z.partialRecord(z.enum(METRIC_NAMES), metricSchema)

const spanSchema = {
  predictions: z.int(),
  labelled: z.int().describe('Predictions whose label has arrived.'),
  coverage: z
    .number()
    .nullable()
    .describe('The share of predictions that are labelled; null without predictions.'),
  metrics: metricsSchema.describe(
    'Metrics over the labelled rows. Metrics that cannot be computed are absent.',
  ),
  estimate: z
    .partialRecord(z.enum(METRIC_NAMES), z.number())
    .nullable()
    .describe('Expected metrics over all predictions, estimated from their scores.'),
}

const pointSchema = named(
  'PerformancePoint',
  z.strictObject({
    time: timeSchema.describe('Start of the step.'),
    mature: z
      .boolean()
      .nullable()
      .describe('Whether labels have had time to arrive; null while the label delay is not known.'),
    ...spanSchema,
  }),
)

const changeSchema = named(
  'PerformanceChange',
  z.strictObject({
    time: timeSchema.describe('Start of the first hour after the change, as estimated by the detector.'),
    found: timeSchema.describe('Start of the hour whose labels revealed it.'),
    detector: z.enum(['page_hinkley', 'adwin']),
    direction: z.enum(['worse', 'better']),
    metric: z
      .enum(METRIC_NAMES)
      .describe(
        'The metric that changed: the deciding metric, or for ADWIN accuracy or the mean absolute error.',
      ),
    before: z
      .number()
      .describe("The metric since the same detector's previous change, or since the first label."),
    after: z
      .number()
      .describe('The metric from this change until the next one of the same detector, or the end.'),
    size: z
      .number()
      .nullable()
      .describe('Change relative to `before`, positive if the metric rose; null if `before` is 0.'),
  }),
)

export const performanceSchema = named(
  'Performance',
  z.strictObject({
    from: timeSchema,
    to: timeSchema,
    step: z.enum(['1h', '1d']),
    primary: z.enum(METRIC_NAMES).describe('The deciding metric of the monitor.'),
    label_delay: z
      .strictObject({ hours: z.number(), source: z.enum(['declared', 'observed']) })
      .nullable()
      .describe(
        'How long labels are given to arrive: the longest delay that a performance monitor declares, or else the observed delay.',
      ),
    no_estimate: z.enum(NO_ESTIMATE).nullable().describe('Why there is no estimate.'),
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
        'When errors changed within the period, ascending, according to Page–Hinkley and ADWIN over all mature hours up to its end.',
      ),
    points: z.array(pointSchema),
  }),
)

export const performanceRoutes = {
  getPerformance: route({
    method: 'get',
    path: '/models/:model/performance',
    tag: 'Charts',
    summary: 'Performance with intervals, the estimate before labels arrive, and label coverage',
    description: `By the hour of the prediction. Defaults to the last 7 days; by hour for up to two days, otherwise by day, at most ${MAX_POINTS} points. Rows count once they are rolled up, which takes about a minute.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      ...periodQuery,
      step: z.enum(['1h', '1d']).optional(),
      monitor: z
        .string()
        .optional()
        .describe('The monitor whose metric decides; defaults to the first by name that checks performance.'),
      version: z.string().optional().describe('Only rows of this version of the model.'),
    }),
    answers: { 200: performanceSchema },
    problems: [409],
  }),
}
