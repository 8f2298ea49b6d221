import { z } from 'zod'
import { canonicalCategory } from '../../domain/canonical-category.ts'
import { featureNameSchema, nameSchema } from './model.ts'
import { recordSchema } from './record-schema.ts'

/** What one output of a model is. */
const outputKindSchema = z.enum(['class', 'class_index', 'number', 'score', 'scores'])
export type OutputKind = z.output<typeof outputKindSchema>

const outputNameSchema = z.string().min(1).max(200)

const classSchema = z.union([z.string(), z.number(), z.boolean()]).transform(canonicalCategory)

/** How to read what KServe logs of one InferenceService. */
export const kserveServiceSchema = z
  .strictObject({
    model: nameSchema,
    namespace: z.string().min(1).max(63).optional(),
    component: z.enum(['predictor', 'transformer']).default('predictor'),
    features: z.array(featureNameSchema).min(1).optional(),
    output: z.union(
      [outputKindSchema, recordSchema('an output', outputNameSchema, outputKindSchema)],
      `state what the output is: ${outputKindSchema.options.join(', ')}; or map each of several outputs by its name`,
    ),
    classes: z.array(classSchema).min(2).optional(),
    positive: classSchema.optional(),
    threshold: z.number().min(0).max(1).default(0.5),
    version: z
      .string()
      .regex(
        /^[a-z0-9]{1,20}$/,
        'use the name of a CloudEvents attribute: up to 20 lower-case letters and digits',
      )
      .optional(),
  })
  .superRefine((service, context) => {
    for (const { path, message } of serviceFaults(service))
      context.addIssue({ code: 'custom', path, message })
  })

export type KServeService = z.output<typeof kserveServiceSchema>

interface ServiceFault {
  path: (string | number)[]
  message: string
}

/** What is wrong with a service whose keys are each well formed. */
function serviceFaults({ features, output, classes, positive }: KServeService): ServiceFault[] {
  const kinds = typeof output === 'string' ? [output] : Object.values(output)
  const has = (...some: OutputKind[]) => some.some((kind) => kinds.includes(kind))
  const faults: ServiceFault[] = [...repeated('features', features), ...repeated('classes', classes)]
  const fault = (key: keyof KServeService, message: string) => faults.push({ path: [key], message })

  if (kinds.length === 0) fault('output', 'must name an output')
  if (new Set(kinds.map(whatItGives)).size < kinds.length)
    fault('output', 'two outputs provide the same value')
  if (classes === undefined && has('class_index', 'scores'))
    fault('classes', 'list the classes in the order of the output')
  if (classes !== undefined && !has('class_index', 'scores', 'score'))
    fault('classes', 'classes are only for class_index, score or scores')
  if (positive !== undefined && !has('score', 'scores'))
    fault('positive', 'only a score has a positive class')
  if (positive !== undefined && classes?.includes(positive) === false)
    fault('positive', `"${positive}" is not one of the classes`)
  if (has('score') && !has('class_index', 'scores')) {
    if (classes !== undefined && classes.length !== 2)
      fault('classes', 'a score requires exactly two classes')
    if (classes !== undefined && positive === undefined)
      fault('positive', 'state which of the classes the score is the probability of')
    if (classes === undefined && positive !== undefined)
      fault('classes', 'list both classes, so that the prediction can be derived from the score')
  }
  return faults
}

/** The field of a prediction that an output of the kind becomes. */
function whatItGives(kind: OutputKind): string {
  return kind === 'score' || kind === 'scores' ? kind : 'prediction'
}

function repeated(key: string, values: readonly string[] = []): ServiceFault[] {
  return values.flatMap((value, i) =>
    values.indexOf(value) < i ? [{ path: [key, i], message: 'is listed twice' }] : [],
  )
}
