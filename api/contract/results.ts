import { z } from 'zod'
import { METRIC_NAMES } from '../../detectors/performance/metric.ts'
import { STATISTIC_NAMES } from '../../detectors/verdict/statistic.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import { metricSchema } from './metric.ts'
import { route } from './route.ts'
import { sliceQuery } from './segments.ts'
import { binSchema } from './bins.ts'
import { modelParams, named, nextCursor, pageQuery, periodQuery, timeSchema } from './shared.ts'

/** Results in one answer, and so points of a chart. */
export const MAX_POINTS = 2000

const summary = {
  id: z.string(),
  monitor: z.string(),
  kind: z.string(),
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  window_start: timeSchema,
  window_end: timeSchema.describe('Exclusive.'),
  evaluated_at: timeSchema,
  verdict: z.string().describe('ok, unconfirmed, warning, critical or insufficient_data.'),
  reason: z.string(),
  explanation: z.string().describe('One sentence. Holds category names as they came: escape it.'),
  effect: z
    .number()
    .nullable()
    .describe(
      'By the statistic that decides: PSI freed of its noise, unless the monitor chose another; of concept the relative change of the labels, of performance the relative loss.',
    ),
  noise_floor: z.number().nullable().describe('The least effect that these rows tell from chance.'),
  statistics: z.record(z.string(), z.number()),
}

export const resultSchema = named('Result', z.strictObject(summary))

const profileSchema = z.strictObject({
  counts: z.array(z.number()),
  sums: z.array(z.number().nullable()),
  squares: z.number().nullable(),
})

const hoursSchema = z.strictObject({
  spans: z
    .array(z.strictObject({ from: timeSchema, to: timeSchema }))
    .describe('From inclusive, to exclusive.'),
  version: z.string().optional().describe('Only predictions of this version of the model.'),
})

const labelRateSchema = named(
  'LabelRateBin',
  z.strictObject({
    label: z.string().describe('Values of the column. Holds category names as they came: escape it.'),
    rows: z.strictObject({ baseline: z.number(), window: z.number() }).describe('Labelled ones.'),
    rates: z.array(
      z.strictObject({
        class: z
          .string()
          .nullable()
          .optional()
          .describe(
            'Absent where labels are numbers, of which this is the mean; null for all other classes.',
          ),
        baseline: metricSchema.describe("What it would be over the window's rows of the bin."),
        window: metricSchema,
      }),
    ),
    p_value: z.number().describe('Of this bin alone.'),
    broke: z.boolean().describe('Whether this bin changed by itself, at the level 0.01 over all bins.'),
  }),
)

const resultDetail = named(
  'ResultDetail',
  z.strictObject({
    ...summary,
    model: z.string(),
    evaluation: z.unknown().describe('All that was computed.'),
    rule: z.unknown().describe('Level, thresholds and limits that were used.'),
    monitor_hash: z.string(),
    code_version: z.string(),
    binning: z.strictObject({
      id: z.string(),
      bins: z.unknown().describe('Edges or categories; null where they are no longer stored.'),
    }),
    baseline: z.strictObject({
      version: z.int(),
      hash: z.string(),
      profile: profileSchema,
      hours: hoursSchema
        .nullable()
        .describe('What it was counted from, where its hours move; then `version` only gave the bins.'),
    }),
    window: z.strictObject({ profile: profileSchema }),
    inputs: z
      .unknown()
      .describe(
        'Of concept and performance, the sums over labelled rows of both sides that were judged; else null.',
      ),
    unseen_values: z
      .array(z.strictObject({ value: z.string(), share: z.number() }))
      .describe(
        "The most frequent values of the window that the baseline does not have, with their share of the window's values, where the verdict needs them. Hold names as they came: escape them.",
      ),
    contributions: z.array(binSchema).describe('Bins of PSI, and what each adds to it.'),
    label_rates: z
      .array(labelRateSchema)
      .describe(
        'Of concept, the labels given the column, in the merged bins that were compared; else empty.',
      ),
  }),
)

const checkSchema = named(
  'ReproductionCheck',
  z.union([
    z.strictObject({ status: z.literal('agrees') }),
    z.strictObject({
      status: z.literal('differs'),
      differences: z.array(
        z.strictObject({
          what: z.string().describe('Such as `verdict`, `statistics.ks.pValue` or `counts[3]`.'),
          stored: z.unknown(),
          recomputed: z.unknown(),
        }),
      ),
    }),
    z.strictObject({ status: z.literal('unavailable'), reason: z.string() }),
  ]),
)

const reproduction = named(
  'Reproduction',
  z.strictObject({
    agrees: z.boolean().describe('Whether nothing differs, and the evaluation could be computed.'),
    evaluation: checkSchema.describe('Verdict and statistics, from the arrays stored with the result.'),
    window: checkSchema.describe("The window's arrays, from the stored predictions and labels."),
    baseline: checkSchema.describe(
      "The baseline's arrays, from the stored baseline, or where its hours move from predictions and labels.",
    ),
    code_version: z.strictObject({ stored: z.string(), running: z.string() }),
  }),
)

const resultParams = z.strictObject({
  result: z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits'),
})
const tag = 'Results'

export const resultRoutes = {
  listResults: route({
    method: 'get',
    path: '/models/:model/results',
    tag,
    summary: 'Results in order of time, for charts',
    description:
      'Of windows that ended in (from, to]; by default of the last 30 days. Of a window that was evaluated again the newest result. Without `segment` and `version` those of the whole model and of all its parts.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      ...periodQuery,
      monitor: z.string().optional(),
      kind: z.string().optional(),
      column: z.string().optional(),
      ...sliceQuery,
      verdict: z.enum(VERDICTS).optional(),
      statistic: z
        .enum([...STATISTIC_NAMES, ...METRIC_NAMES])
        .optional()
        .describe('Only this one in `statistics`; results without it are left out.'),
      ...pageQuery({ most: MAX_POINTS, default: MAX_POINTS }),
    }),
    answers: {
      200: named('ResultPage', z.strictObject({ results: z.array(resultSchema), next_cursor: nextCursor })),
    },
  }),
  getResult: route({
    method: 'get',
    path: '/results/:result',
    tag,
    summary: 'One result with its provenance and the arrays it was computed from',
    scope: 'read',
    params: resultParams,
    answers: { 200: resultDetail },
  }),
  reproduceResult: route({
    method: 'post',
    path: '/results/:result/reproduce',
    tag,
    summary: 'Compute a result again, and tell what differs',
    description:
      'From the arrays stored with it, and these from the predictions, labels and baseline they were counted from, ' +
      'as long as these are stored. Counts must agree exactly, sums to 1e-12 of the sum of absolute values. ' +
      'Nothing is stored.',
    scope: 'read',
    params: resultParams,
    answers: { 200: reproduction },
  }),
}
