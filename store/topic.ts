import { z } from 'zod'
import { documents } from '../control/database/documents.ts'
import { kserveServiceSchema } from '../control/declared/kserve-service.ts'
import { nameSchema } from '../control/declared/model.ts'
import { recordSchema } from '../control/declared/record-schema.ts'
import { fieldFaults, fieldsSchema } from '../control/declared/topic-fields.ts'
import { topicNameSchema } from '../control/declared/topic-name.ts'

/** A Kafka topic to read, and how its records become predictions or labels. */
export const topicSchema = z
  .strictObject({
    name: topicNameSchema,
    records: z.enum(['predictions', 'labels']),
    model: nameSchema.optional(),
    shadow: z.boolean().default(false),
    format: z.enum(['json']).default('json'),
    fields: fieldsSchema.optional(),
    kserve: recordSchema('an InferenceService', nameSchema, kserveServiceSchema).optional(),
  })
  .superRefine((topic, context) => {
    for (const { path, message } of topicFaults(topic)) context.addIssue({ code: 'custom', path, message })
  })

/** A topic as it is declared, defaults filled in. */
export type TopicDeclaration = z.output<typeof topicSchema>

/** The declared topics, by name. */
export const topics = documents<TopicDeclaration>('topics', { defaults: { shadow: false } })

/** Models that a declaration names, each with its place in it. */
export function modelsOf({ model, kserve = {} }: TopicDeclaration): { model: string; path: string[] }[] {
  return [
    ...(model === undefined ? [] : [{ model, path: ['model'] }]),
    ...Object.entries(kserve).map(([service, { model }]) => ({ model, path: ['kserve', service, 'model'] })),
  ]
}

interface TopicFault {
  path: string[]
  message: string
}

/** What is wrong with a topic whose keys are each well formed. */
function topicFaults(topic: TopicDeclaration): TopicFault[] {
  return [
    ...(topic.fields ? ownFieldFaults(topic) : []),
    ...(topic.kserve ? kserveFaults(topic) : []),
    ...(topic.shadow ? shadowFaults(topic) : []),
  ]
}

function shadowFaults({ fields, kserve, records }: TopicDeclaration): TopicFault[] {
  const faults: TopicFault[] = []
  const fault = (message: string) => faults.push({ path: ['shadow'], message })
  if (records !== 'predictions') fault('labels have no shadow traffic: a label goes to every version')
  if (kserve !== undefined) fault('is not supported together with "kserve"')
  if (fields?.shadow !== undefined) fault('use either "shadow" for all records or "fields.shadow" for each')
  return faults
}

function ownFieldFaults({ fields = {}, model, records }: TopicDeclaration): TopicFault[] {
  const faults: TopicFault[] = fieldFaults(fields, records).map(({ path, message }) => ({
    path: ['fields', ...path],
    message,
  }))
  if (model === undefined && fields.model === undefined)
    faults.push({
      path: ['fields'],
      message:
        'state which model the records belong to: "model" for all records of the topic, or "fields.model" for each',
    })
  if (model !== undefined && fields.model !== undefined)
    faults.push({ path: ['fields', 'model'], message: `all records already belong to the model "${model}"` })
  return faults
}

function kserveFaults({ fields, kserve = {}, model, records }: TopicDeclaration): TopicFault[] {
  const faults: TopicFault[] = []
  if (Object.keys(kserve).length === 0)
    faults.push({ path: ['kserve'], message: 'must name an InferenceService' })
  if (fields !== undefined)
    faults.push({ path: ['kserve'], message: 'use either "fields" or "kserve", not both' })
  if (model !== undefined)
    faults.push({ path: ['model'], message: 'with "kserve" each InferenceService names its own model' })
  if (records !== 'predictions') faults.push({ path: ['records'], message: 'KServe logs predictions only' })
  return faults
}
