import { z } from 'zod'
import { route } from './route.ts'
import { pendingBaselineSchema } from './alerting/retrains.ts'
import { hourSchema, modelParams, named, nextCursor, pageQuery, timeSchema } from './shared.ts'

const boundVersion = z.string().min(1).max(100)
const nameSchema = z.string().min(1).max(100)

export const baselineSchema = named(
  'Baseline',
  z.strictObject({
    model: z.string(),
    version: z.int().describe('Counts up from 1 within a model.'),
    hash: z.string().describe('SHA-256 of columns, bins and counts.'),
    binning: z.string(),
    name: z.string(),
    source: z.union([
      z.strictObject({
        file: z.string(),
        mlflow: z
          .strictObject({ model: z.string(), version: z.string(), run_id: z.string() })
          .optional()
          .describe('The version in MLflow among whose artifacts the file was.'),
      }),
      z.strictObject({
        window: z.strictObject({
          from: timeSchema,
          to: timeSchema,
          version: z.string().optional().describe('Only predictions of this version.'),
        }),
      }),
    ]),
    rows: z.int(),
    invalid: z
      .record(z.string(), z.int())
      .optional()
      .describe('Rows whose value could not be used, by column; absent if that was not counted.'),
    has_labels: z.boolean().describe('Whether it has the labels needed to check concept and performance.'),
    created_at: timeSchema,
  }),
)

const newBaseline = named(
  'NewBaseline',
  baselineSchema.extend({
    missing: z.array(z.string()).describe('Declared features that the file does not have.'),
    unused: z.array(z.string()).describe('Columns of the file that belong to nothing the model declares.'),
    invalid: z
      .array(z.strictObject({ column: z.string(), count: z.int(), example: z.string() }))
      .describe(
        'Cells of the file that are not numbers although the model declares numbers; they count as missing.',
      ),
  }),
)

export const baselineWindow = named(
  'BaselineWindow',
  z.strictObject({
    name: nameSchema.optional(),
    window: z
      .strictObject({ from: hourSchema, to: hourSchema })
      .refine(({ from, to }) => from < to, '"from" must be before "to"'),
  }),
)

const file = (description: string) => ({ description, schema: z.string() })

/** The types of files of rows. */
const fileColumn = (outcome: string) =>
  z
    .string()
    .max(1000)
    .optional()
    .describe(
      `For files: the column that holds the ${outcome}, if it is not called \`${outcome}\`; empty for none.`,
    )

/** Which columns of a file hold what is no feature. */
export const fileColumns = {
  prediction: fileColumn('prediction'),
  score: fileColumn('score'),
  label: fileColumn('label'),
}

export const fileBodies = {
  'text/csv': file('CSV with a header line.'),
  'text/tab-separated-values': file('TSV with a header line.'),
  'application/x-ndjson': file('One object per line.'),
  'application/vnd.apache.parquet': { description: 'A Parquet file.' },
}
const tag = 'Baselines'
export const baselineParams = modelParams.extend({ version: z.coerce.number().int().min(1).max(1_000_000) })

export const baselineRoutes = {
  listBaselines: route({
    method: 'get',
    path: '/models/:model/baselines',
    tag,
    summary: 'Baselines of a model, oldest first',
    scope: 'read',
    params: modelParams,
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named(
        'BaselinePage',
        z.strictObject({
          baselines: z.array(baselineSchema),
          active: z.int().nullable().describe('Version of the baseline that monitors compare with.'),
          bound: z
            .array(z.strictObject({ version: z.string(), baseline: z.int() }))
            .describe('Versions of the model that are compared with a separate baseline.'),
          pending: z
            .array(
              z.strictObject({
                retrain: z.string().describe('Id of the retraining.'),
                version: z.string(),
                ...pendingBaselineSchema.shape,
              }),
            )
            .describe('Baselines of new versions that are still to be made after a retraining.'),
          next_cursor: nextCursor,
        }),
      ),
    },
  }),
  makeBaseline: route({
    method: 'post',
    path: '/models/:model/baselines',
    tag,
    summary: 'Create a baseline from a file or from stored predictions',
    description:
      'A file has one column per feature, and `prediction`, `score` and `label` if available. The embedded engine reads it, even if the store is a server. The first baseline of a model becomes active.',
    scope: 'write',
    audited: 'baseline',
    params: modelParams,
    query: z.strictObject({ name: nameSchema.optional().describe('Name of the baseline.'), ...fileColumns }),
    rawBodies: {
      'application/json': { description: 'A window of stored predictions.', schema: baselineWindow },
      ...fileBodies,
    },
    changes: ['baselines'],
    answers: { 201: newBaseline },
    problems: [409, 422],
  }),
  activateBaseline: route({
    method: 'post',
    path: '/models/:model/baselines/:version/activate',
    tag,
    summary: 'Activate a baseline for the model, or for one of its versions',
    description:
      'Every stored hour is recounted over its bins within the next minutes. With `for_version`, the active baseline ' +
      'does not change; monitors with `by_version` that compare with it compare this version of the model with this baseline instead.',
    scope: 'write',
    audited: 'baseline',
    params: baselineParams,
    body: named('BaselineActivation', z.strictObject({ for_version: boundVersion.optional() })),
    bodyOptional: true,
    changes: ['baselines'],
    answers: { 200: baselineSchema },
  }),
  deactivateBaseline: route({
    method: 'post',
    path: '/models/:model/baselines/:version/deactivate',
    tag,
    summary: 'Compare a version of the model with the active baseline again',
    description: 'Reverses `activate` with `for_version`.',
    scope: 'write',
    audited: 'baseline',
    params: baselineParams,
    body: named('BaselineDeactivation', z.strictObject({ for_version: boundVersion })),
    changes: ['baselines'],
    answers: { 200: baselineSchema },
    problems: [409],
  }),
}
