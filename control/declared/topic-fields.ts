import { z } from 'zod'
import { ALL_OTHER_KEYS } from '../../domain/topics/topic-path.ts'
import { featureNameSchema } from './model.ts'
import { recordSchema } from './record-schema.ts'

/** Keys divided by dots, `output.class`, or a JSON Pointer (RFC 6901), `/output/class`. */
const pathSchema = z
  .string()
  .max(1000)
  .regex(
    /^(?:(?:\/(?:[^~/]|~[01])*)+|[^./][^.]*(?:\.[^.]+)*)$/,
    'write the path of the field as keys separated by dots, "output.class", or as a JSON Pointer, "/output/class"',
  )

/** Where each field of a record is; a field that is not listed is not read. */
export const fieldsSchema = z.strictObject({
  model: pathSchema.optional(),
  id: pathSchema.optional(),
  ts: pathSchema.optional(),
  version: pathSchema.optional(),
  shadow: pathSchema.optional(),
  features: z
    .union(
      [pathSchema, recordSchema('a feature', featureNameSchema, pathSchema)],
      `state where the features are: the path of an object, a mapping of features to paths, or "${ALL_OTHER_KEYS}" for all other keys`,
    )
    .optional(),
  prediction: pathSchema.optional(),
  score: pathSchema.optional(),
  scores: pathSchema.optional(),
  label: pathSchema.optional(),
  labelled_at: pathSchema.optional(),
  prediction_ts: pathSchema.optional(),
})

export type Fields = z.output<typeof fieldsSchema>

/** The kinds of records that a topic can bring. */
type Records = 'predictions' | 'labels'

const FIELDS_OF: Record<Records, readonly (keyof Fields)[]> = {
  predictions: ['model', 'id', 'ts', 'version', 'shadow', 'features', 'prediction', 'score', 'scores'],
  labels: ['model', 'id', 'label', 'labelled_at', 'prediction_ts'],
}
const REQUIRED: Record<Records, readonly (keyof Fields)[]> = { predictions: ['ts'], labels: ['id', 'label'] }
const OUTCOMES = ['prediction', 'score', 'scores'] as const

export interface FieldFault {
  path: (keyof Fields)[]
  message: string
}

/** What is wrong with fields that are each well formed. */
export function fieldFaults(fields: Fields, records: Records): FieldFault[] {
  const listed = Object.keys(fields) as (keyof Fields)[]
  const foreign = listed.filter((field) => !FIELDS_OF[records].includes(field))
  const absent = REQUIRED[records].filter((field) => fields[field] === undefined)
  const says = records === 'labels' || OUTCOMES.some((field) => fields[field] !== undefined)
  return [
    ...foreign.map((field) => ({ path: [field], message: `${records} have no field "${field}"` })),
    ...absent.map((field) => ({ path: [field], message: `state where "${field}" is` })),
    ...(says ? [] : [{ path: [], message: 'state where "prediction", "score" or "scores" is' }]),
  ]
}
