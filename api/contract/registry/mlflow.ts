import { z } from 'zod'
import { mlflowAliasSchema, mlflowNameSchema } from '../../../control/declared/mlflow-names.ts'
import { nameSchema, taskSchema } from '../../../control/declared/model.ts'
import { modelDeclaration } from '../models.ts'
import { route } from '../route.ts'
import { named, timeSchema } from '../shared.ts'

const tag = 'MLflow'

const importBody = named(
  'MlflowImport',
  z
    .strictObject({
      name: mlflowNameSchema.describe('Of the registered model.'),
      alias: mlflowAliasSchema.optional().describe('To import and to follow; `champion` by default.'),
      version: z
        .string()
        .regex(/^[1-9]\d{0,17}$/, 'use the number of a version')
        .optional()
        .describe('To import in place of an alias; then nothing is followed.'),
      as: nameSchema.optional().describe('Name of the model here; by default as in MLflow.'),
      task: taskSchema.optional().describe('Needed where neither signature nor baseline tell it.'),
      positive: z.string().max(1_000).optional().describe('Positive class of a binary model.'),
      dry_run: z.boolean().default(false).describe('Answer what would be declared, and change nothing.'),
    })
    .refine(({ alias, version }) => alias === undefined || version === undefined, {
      message: 'give either an alias or a version',
      path: ['version'],
    }),
)

const baselineRef = z.strictObject({ version: z.int(), name: z.string(), rows: z.int() })

export const mlflowImported = named(
  'MlflowImported',
  z.strictObject({
    name: z.string().describe('Of the model here.'),
    model: modelDeclaration,
    dry_run: z.boolean(),
    created: z.boolean().describe('Whether the model was not declared before.'),
    version: z.string(),
    run_id: z.string(),
    link: z.string().describe("MLflow's page of the version."),
    left_out: z.array(z.strictObject({ column: z.string(), reason: z.string() })),
    baseline: baselineRef.nullable().describe('The active baseline that was made of the version.'),
    note: z.string().describe('Why there is no baseline, and how to get one; else empty.'),
  }),
)

export const mlflowStatus = named(
  'MlflowStatus',
  z.strictObject({
    model: z.string(),
    registered: z.string().describe('Name of the model in MLflow.'),
    alias: z.string(),
    version: z.string().nullable().describe('What the alias was last seen to point to.'),
    run_id: z.string().nullable(),
    link: z.string().describe("MLflow's page of the version, or of the model."),
    since: timeSchema.nullable().describe('When the alias was first seen there.'),
    baseline: z.int().nullable().describe('The baseline that was made of the version.'),
    note: z.string().describe('What is to be said of its baseline; else empty.'),
    checked_at: timeSchema.nullable().describe('When MLflow last answered.'),
    problem: z.string().nullable().describe('Why the alias is not followed now.'),
    problem_since: timeSchema.nullable(),
    promotion: z
      .strictObject({
        experiment: z.string(),
        version: z.string(),
        by: z.string(),
        at: timeSchema,
        state: z
          .enum(['pending', 'moved', 'failed'])
          .describe('Of the alias: `pending` until MLflow responds, `failed` for good.'),
        reason: z.string().describe('Why it failed; else empty.'),
      })
      .nullable()
      .describe('The last promoted challenger, to which the alias is moved.'),
    versions: z
      .array(z.strictObject({ version: z.string(), seen_at: timeSchema }))
      .describe('The last versions that the alias pointed to, newest first.'),
  }),
)

export const mlflowRoutes = {
  importMlflow: route({
    method: 'post',
    path: '/mlflow/import',
    tag,
    summary: 'Declare a model from a version in MLflow',
    description:
      'Features come from the signature, the task from its outputs or the baseline. The baseline is a file among the artifacts of the run. ' +
      'Importing the same again changes nothing.',
    scope: 'write',
    audited: 'model',
    body: importBody,
    changes: ['models', 'baselines'],
    answers: { 200: mlflowImported },
    problems: [404, 409, 422, 502],
  }),
  listMlflow: route({
    method: 'get',
    path: '/mlflow',
    tag,
    summary: 'Models that follow an alias in MLflow, by name',
    scope: 'read',
    query: z.strictObject({ model: nameSchema.optional().describe('Only this model.') }),
    answers: {
      200: named(
        'MlflowModels',
        z.strictObject({
          uri: z.string().nullable().describe('The MLflow server; null where none is configured.'),
          write_back: z.boolean().describe('Whether aliases, tags and metrics are written to it.'),
          models: z.array(mlflowStatus),
        }),
      ),
    },
  }),
}
