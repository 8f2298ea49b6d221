import { z } from 'zod'
import { durationSchema } from '../../control/declared/duration.ts'
import { route } from './route.ts'
import { modelParams, named } from './shared.ts'

const idSchema = z.union([z.string().min(1).max(1000), z.number()])
const categorySchema = z.union([z.string(), z.number(), z.boolean()])
const tsSchema = z
  .union([z.string(), z.number()])
  .describe(
    'ISO 8601 with a time zone, or seconds, milliseconds, microseconds or nanoseconds since 1970; at most an hour in the future.',
  )

const predictionSchema = named(
  'Prediction',
  z.looseObject({
    id: idSchema,
    ts: tsSchema,
    model: z.string().optional().describe('Must be the model of the route.'),
    version: z.union([z.string(), z.number()]).optional(),
    shadow: z
      .boolean()
      .nullable()
      .optional()
      .describe(
        'Whether nobody used the prediction: it then counts for its version only, which it must state.',
      ),
    features: z.record(z.string(), categorySchema.nullable()).optional(),
    prediction: categorySchema.nullable().optional(),
    score: z.number().min(0).max(1).nullable().optional(),
    scores: z.record(z.string(), z.number().min(0).max(1)).nullable().optional(),
  }),
)

const labelSchema = named(
  'Label',
  z.looseObject({
    id: idSchema,
    label: categorySchema.nullable(),
    model: z.string().optional(),
    labelled_at: tsSchema.optional().describe('When the label arrived; defaults to the time it is received.'),
    label_delay: z
      .string()
      .optional()
      .describe(
        'Instead of `labelled_at`: how long after its prediction the label arrived, such as `24h`; never later than the time it is received.',
      ),
    prediction_ts: tsSchema.optional().describe('Makes it unnecessary to search for the prediction.'),
  }),
)

const referenceSchema = named(
  'ReferenceFeatures',
  z.looseObject({
    id: idSchema.describe('Of the prediction that the features were computed for.'),
    ts: tsSchema
      .optional()
      .describe('When the prediction was made. Only its hour counts; needed where ids are used again.'),
    model: z.string().optional().describe('Must be the model of the route.'),
    features: z
      .record(z.string(), categorySchema.nullable())
      .describe('Features that are absent are not compared; null says that there is no value.'),
  }),
)

const intakeSchema = named(
  'IntakeResult',
  z.strictObject({
    accepted: z.int(),
    rejected: z.int(),
    erased: z
      .int()
      .optional()
      .describe('Records that were dropped because their ids have been erased; absent if there are none.'),
    rejections: z
      .array(z.strictObject({ index: z.int(), reason: z.string(), detail: z.string() }))
      .describe('The first hundred; the dead letters contain all of them.'),
    warnings: z
      .array(
        z.strictObject({
          field: z.string().describe('Such as `features.hour` or `score`; `*` if there are too many names.'),
          reason: z.string(),
          count: z.int().describe('Number of accepted records with this problem.'),
          example: z.string().describe('A received value, as JSON, cut to 100 characters.'),
          resembles: z.string().optional().describe('The declared name that the field resembles.'),
        }),
      )
      .describe(
        'How accepted records differ from the declaration, most frequent first; at most a hundred. `GET /models/:model/quality` lists them by hour.',
      ),
    stopped: z
      .strictObject({
        records: z.int().describe('Records that were read; nothing after them was stored.'),
        detail: z.string(),
      })
      .optional()
      .describe('Present if the body was not read to its end, because 10,000 or more records were rejected.'),
  }),
)

function bodies(name: string, schema: z.ZodType) {
  const lines = { description: 'One object per line, any number of lines.', schema: z.string() }
  return {
    'application/json': {
      description: 'One object, or an array of objects.',
      schema: named(name, z.union([schema, z.array(schema)])),
    },
    'application/x-ndjson': lines,
    'application/ndjson': lines,
    'application/jsonl': lines,
  }
}

const binary = (description: string) => ({ description, schema: z.string().meta({ format: 'binary' }) })

/** A column of each row is what its name is in an object; features are columns of their own. */
const columnar = {
  'application/vnd.apache.parquet': binary('One row per event; every feature is a column of its own.'),
  'application/vnd.apache.arrow.stream': binary('One row per event; every feature is a column of its own.'),
  'application/vnd.apache.arrow.file': binary('As an Arrow stream.'),
}

const timezone = z
  .literal('UTC')
  .optional()
  .describe('Zone of the times of a Parquet or Arrow body that have none.')

const shared = {
  method: 'post',
  tag: 'Intake',
  description:
    'Responds once everything is stored. Records that cannot be read become dead letters; returns 422 if no record could be read, or if reading stopped because of too many rejected records. `Content-Encoding: gzip` is supported.',
  scope: 'ingest',
  params: modelParams,
  answers: { 200: intakeSchema, 422: intakeSchema },
  problems: [429],
} as const

export const intakeRoutes = {
  storePredictions: route({
    ...shared,
    path: '/models/:model/predictions',
    summary: 'Send predictions',
    query: z.strictObject({ timezone }),
    rawBodies: { ...bodies('Predictions', predictionSchema), ...columnar },
  }),
  storeLabels: route({
    ...shared,
    path: '/models/:model/labels',
    summary: 'Send labels, the ground truth for predictions',
    query: z.strictObject({
      label_delay: durationSchema
        .optional()
        .describe('The `label_delay` of all labels without a time. For past labels.'),
      timezone,
    }),
    rawBodies: { ...bodies('Labels', labelSchema), ...columnar },
  }),
  storeReferenceFeatures: route({
    ...shared,
    path: '/models/:model/reference-features',
    summary: 'Send features as they were computed offline, to be compared with those that were served',
    query: z.strictObject({ timezone }),
    rawBodies: { ...bodies('ReferenceFeatureRows', referenceSchema), ...columnar },
  }),
}
