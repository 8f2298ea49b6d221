import { z } from 'zod'
import { METRIC_NAMES } from '../../detectors/performance/metric.ts'
import { STATISTIC_NAMES } from '../../detectors/verdict/statistic.ts'
import { MAX_LISTED_VALUES } from '../../domain/data-finding.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import { MAX_EXAMPLES } from '../../store/views/offending-rows.ts'
import { explainedSchema } from './explained/explained.ts'
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
  explanation: z.string().describe('The reason in a sentence or more. Contains unescaped category names.'),
  effect: z
    .number()
    .nullable()
    .describe(
      'By the deciding statistic: PSI above noise, unless the monitor chose another one; for concept, the relative change in label rates; for performance and expected performance, the relative loss.',
    ),
  noise_floor: z
    .number()
    .nullable()
    .describe('The smallest effect that these rows can distinguish from chance.'),
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
    label: z.string().describe('Values of the column. Contains unescaped category names.'),
    rows: z.strictObject({ baseline: z.number(), window: z.number() }).describe('Labelled rows.'),
    rates: z.array(
      z.strictObject({
        class: z
          .string()
          .nullable()
          .optional()
          .describe(
            'Absent if labels are numbers, in which case the rates are their means; null for all other classes.',
          ),
        baseline: metricSchema.describe("The baseline value, reweighted to the window's rows of the bin."),
        window: metricSchema,
      }),
    ),
    p_value: z.number().describe('For this bin only.'),
    broke: z.boolean().describe('Whether this bin changed individually, at the level 0.01 over all bins.'),
  }),
)

const resultDetail = named(
  'ResultDetail',
  z.strictObject({
    ...summary,
    model: z.string(),
    evaluation: z.unknown().describe('Everything that was computed.'),
    rule: z.unknown().describe('Level, thresholds and limits that were used.'),
    monitor_hash: z.string(),
    code_version: z.string(),
    binning: z.strictObject({
      id: z.string(),
      bins: z.unknown().describe('Edges or categories; null if they are no longer stored.'),
    }),
    baseline: z.strictObject({
      version: z.int(),
      hash: z.string(),
      profile: profileSchema,
      hours: hoursSchema
        .nullable()
        .describe('The hours it was counted from, if its hours move; `version` then only provides the bins.'),
    }),
    window: z.strictObject({ profile: profileSchema }),
    inputs: z
      .unknown()
      .describe(
        'For concept and performance, the sums over labelled rows of both sides that were evaluated; for expected performance, the predictions of both sides by bin and the labels of the baseline; otherwise null.',
      ),
    unseen_values: z
      .array(z.strictObject({ value: z.string(), share: z.number() }))
      .describe(
        "The most frequent values of the window that are not in the baseline, with their share of the window's values, if the verdict needs them. Contain unescaped names.",
      ),
    contributions: z.array(binSchema).describe('Bins of PSI and the contribution of each.'),
    label_rates: z
      .array(labelRateSchema)
      .describe(
        'For concept, the label rates given the column, in the merged bins that were compared; otherwise empty.',
      ),
    explained: explainedSchema
      .nullable()
      .describe(
        'For performance, if the verdict is a breach or unconfirmed, where the loss comes from; otherwise null, as in results of earlier releases.',
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
      "The baseline's arrays, from the stored baseline, or from predictions and labels if its hours move.",
    ),
    code_version: z.strictObject({ stored: z.string(), running: z.string() }),
  }),
)

const binRowsSchema = named(
  'BinRows',
  z.strictObject({
    bin: z.string().describe('Label of the bin.'),
    rows: z.int().describe('Number of stored rows in the window.'),
    affected: z.int().describe('Number of these in the bin.'),
    values: z
      .array(z.strictObject({ value: z.string(), rows: z.int() }))
      .describe(`Their most frequent values; at most ${MAX_LISTED_VALUES}. Contain unescaped text.`),
    examples: z
      .array(
        z.strictObject({ id: z.string(), ts: timeSchema, version: z.string(), value: z.string().nullable() }),
      )
      .describe(`The newest rows; at most ${MAX_EXAMPLES}.`),
  }),
)

export const resultParams = z.strictObject({
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
      'Covers windows that ended in (from, to]; defaults to the last 30 days. If a window was evaluated again, the newest result is returned. Without `segment` and `version`, includes the whole model and all its segments and versions.',
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
        .describe('Return only this one in `statistics`; results without it are omitted.'),
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
  getResultRows: route({
    method: 'get',
    path: '/results/:result/rows',
    tag,
    summary: 'The rows of one bin of a result: values with counts, five ids',
    description:
      'Reads the stored predictions of the window as they are now, so that `affected` can differ from the count in the result. Returns ids and values of the one column, no other features. 409 if the rows can no longer be told apart: without the model, the column, the bins, or for results that have no such bins.',
    scope: 'read',
    params: resultParams,
    query: z.strictObject({
      bin: z.coerce.number().int().min(0).describe('Position of the bin in `contributions` of the result.'),
    }),
    answers: { 200: binRowsSchema },
    problems: [409],
  }),
  reproduceResult: route({
    method: 'post',
    path: '/results/:result/reproduce',
    tag,
    summary: 'Recompute a result and report differences',
    description:
      'Recomputes it from the arrays stored with it, and the arrays from the predictions, labels and baseline they were ' +
      'counted from, as long as these are stored. Counts must agree exactly, and sums to 1e-12 of the sum of absolute values. ' +
      'Nothing is stored.',
    scope: 'read',
    params: resultParams,
    answers: { 200: reproduction },
  }),
}
