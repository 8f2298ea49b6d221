import { z } from 'zod'
import { ALERT_KINDS } from '../../domain/drift-kind.ts'
import { keepProblem, type ModelKind } from '../../domain/retention.ts'
import { DEFAULT_SKEW } from '../../domain/skew.ts'
import { canonicalCategory } from '../../domain/canonical-category.ts'
import { constraintProblems, type Constraints } from '../../domain/constraints.ts'
import { constraintFields } from './constraints.ts'
import { documents } from '../database/documents.ts'
import { MLFLOW_BASELINE, mlflowAliasSchema, mlflowNameSchema, mlflowPathSchema } from './mlflow-names.ts'
import { recordSchema } from './record-schema.ts'

/** Names that stand in URLs, table names and messages. */
export const nameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'use 1 to 63 letters, digits, ".", "_" or "-", starting with a letter or digit',
  )

export const columnKindSchema = z.enum(['numeric', 'categorical'])
export type ColumnKind = z.infer<typeof columnKindSchema>

export const taskSchema = z.enum(['binary', 'multiclass', 'regression'])

export const featureNameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.isWellFormed(), 'a name must not contain half of a surrogate pair')

const featureSchema = z.union(
  [
    columnKindSchema.transform((kind) => ({ kind })),
    z
      .strictObject({
        kind: columnKindSchema,
        importance: z.number().min(0).optional(),
        ...constraintFields,
      })
      .superRefine((feature, context) => {
        for (const { field, message } of constraintProblems(feature))
          context.addIssue({ code: 'custom', path: [field], message })
      })
      .transform(({ allowed, ...feature }) => ({
        ...feature,
        ...(allowed === undefined ? {} : { allowed: canonicalValues(feature.kind, allowed) }),
      })),
  ],
  {
    error: ({ input }) =>
      typeof input === 'object' && input !== null
        ? undefined
        : 'a feature is "numeric", "categorical", or a mapping that has a kind',
  },
)

/** Of categories their one spelling, which is also how they are stored. */
function canonicalValues(
  kind: ColumnKind,
  values: readonly (string | number | boolean)[],
): (string | number)[] {
  const spelled = values.map((value) => (kind === 'numeric' ? (value as number) : canonicalCategory(value)))
  return [...new Set(spelled)]
}

const keepSchema = (kind: ModelKind) =>
  z.string().superRefine((keep, context) => {
    const message = keepProblem(kind, keep)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

/** `strict`: the event is rejected; `warn`: it is stored, and the feature is reported; `ignore`: it is stored. */
const unknownFeaturesSchema = z.enum(['strict', 'warn', 'ignore'])

/** How long data of the model are kept, where it is not as long as those of others. */
const retentionSchema = z.strictObject({
  events: keepSchema('events').optional(),
  counts: keepSchema('counts').optional(),
  results: keepSchema('results').optional(),
  dead_letters: keepSchema('dead_letters').optional(),
})

/** Who is to deal with each kind of alert: the name of a team or a person, as messages show it. */
const ownersSchema = z.strictObject(
  Object.fromEntries(ALERT_KINDS.map((kind) => [kind, z.string().min(1).max(200).optional()])) as Record<
    (typeof ALERT_KINDS)[number],
    z.ZodOptional<z.ZodString>
  >,
)

/** By how much a number that was served may differ from the one that was computed offline. */
const skewSchema = z.strictObject({
  tolerance: z.number().min(0).max(1).default(DEFAULT_SKEW.tolerance),
  absolute: z.number().min(0).default(DEFAULT_SKEW.absolute),
})

/** What a version of the model in MLflow is followed by, and where among its run's artifacts its baseline is. */
const mlflowLinkSchema = z.strictObject({
  model: mlflowNameSchema,
  alias: mlflowAliasSchema.default('champion'),
  baseline: mlflowPathSchema.default(MLFLOW_BASELINE),
})
export type MlflowLink = z.output<typeof mlflowLinkSchema>

/**
 * A model as it is declared: features by name. Parsed into {@link Model}, where they are a list, because a
 * feature may be called like a property that every object has.
 */
export const modelSchema = z
  .strictObject({
    name: nameSchema,
    task: taskSchema,
    positive: z.union([z.string(), z.number(), z.boolean()]).optional(),
    features: recordSchema('a feature', featureNameSchema, featureSchema),
    segments: z.array(z.string()).max(3, 'at most three segment columns').default([]),
    /** What becomes of events with features that are not declared. */
    unknown_features: unknownFeaturesSchema.optional(),
    retention: retentionSchema.optional(),
    owners: ownersSchema.optional(),
    mlflow: mlflowLinkSchema.optional(),
    skew: skewSchema.optional(),
  })
  .superRefine((model, context) => {
    for (const [index, segment] of model.segments.entries()) {
      if (!Object.hasOwn(model.features, segment)) {
        context.addIssue({
          code: 'custom',
          path: ['segments', index],
          message: `"${segment}" is not one of the features`,
        })
      }
    }
    if (model.positive !== undefined && model.task !== 'binary') {
      context.addIssue({
        code: 'custom',
        path: ['positive'],
        message: 'only a binary model has a positive class',
      })
    }
  })
  .transform(({ features, positive, retention, owners, mlflow, skew, ...model }) => ({
    ...model,
    ...(owners === undefined ? {} : { owners }),
    ...(mlflow === undefined ? {} : { mlflow }),
    ...(skew === undefined ? {} : { skew }),
    ...(retention === undefined ? {} : { retention }),
    ...(positive === undefined ? {} : { positive: canonicalCategory(positive) }),
    features: Object.entries(features).map(([name, feature]): Feature => ({ name, ...feature })),
  }))

export interface Feature extends Constraints {
  name: string
  kind: ColumnKind
  /** The model's own measure of how much the feature matters; any non-negative scale. */
  importance?: number | undefined
}

export type Task = z.infer<typeof taskSchema>
export type Model = z.output<typeof modelSchema>
export type ModelDeclaration = z.input<typeof modelSchema>

/** The declared models, by name. */
export const modelDocuments = documents<Model>('models')

/** The model as it would be declared; what {@link modelSchema} reads back as the same model. */
export function declarationOf({ features, ...model }: Model): ModelDeclaration {
  const entries = features.map(({ name, kind, ...rest }) => [
    name,
    Object.values(rest).every((value) => value === undefined) ? kind : { kind, ...rest },
  ])
  return { ...model, features: Object.fromEntries(entries) as ModelDeclaration['features'] }
}

/**
 * What a profile is kept of: each feature, and what the model said and should have said. `confidence` is the predicted
 * class with its score, see `class-scores.ts`.
 */
export const ROLES = ['feature', 'prediction', 'score', 'confidence', 'label'] as const
export type Role = (typeof ROLES)[number]

export interface Column {
  role: Role
  name: string
  kind: ColumnKind
  /** The column of the silver tables that holds it. */
  source: string
}

/** Silver columns of features carry a prefix, so that a feature may be called `id` or `ts`. */
export function featureSource(feature: string): string {
  return `f_${feature}`
}

/**
 * Every column of a model that is profiled and follows from its declaration, features first. Which classes a multiclass
 * model scores only its baseline tells.
 */
export function modelColumns(model: Model): Column[] {
  const outcome: ColumnKind = model.task === 'regression' ? 'numeric' : 'categorical'
  return [
    ...model.features.map(({ name, kind }): Column => ({
      role: 'feature',
      name,
      kind,
      source: featureSource(name),
    })),
    { role: 'prediction', name: 'prediction', kind: outcome, source: 'prediction' },
    ...(model.task === 'binary'
      ? [{ role: 'score', name: 'score', kind: 'numeric', source: 'score' } as const]
      : []),
    { role: 'label', name: 'label', kind: outcome, source: 'label' },
  ]
}

/** {@link canonicalCategory} as an expression over a `String` (or nullable) expression. */
export function canonicalCategorySql(text: string): string {
  return `multiIf(
    match(${text}, '^(true|True|TRUE)$'), '1',
    match(${text}, '^(false|False|FALSE)$'), '0',
    match(${text}, '^-?0(\\\\.0+)?$'), '0',
    match(${text}, '^-?(0|[1-9][0-9]*)\\\\.[0-9]+$'), replaceRegexpOne(${text}, '\\\\.?0+$', ''),
    ${text})`
}
