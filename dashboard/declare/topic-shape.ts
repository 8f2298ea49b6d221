import { isRecord } from '../../domain/json.ts'
import { ALL_OTHER_KEYS } from '../../domain/topics/topic-path.ts'
import type { Declaration } from './declaration.ts'

/** Shapes that the records of a topic can have, as a person tells them apart. */
export type Shape = 'own' | 'flat' | 'nested' | 'kserve'
export type Records = 'predictions' | 'labels'

export const SHAPES: Record<Shape, { label: string; help: string }> = {
  own: {
    label: 'Driftgauge’s own',
    help: 'Records have the keys that the documentation describes. Nothing has to be mapped.',
  },
  flat: {
    label: 'flat: one key for each feature',
    help: 'As a warehouse or a connector writes them. Every key that is not named below is a feature.',
  },
  nested: {
    label: 'another JSON object',
    help: 'You state where each field is. What is not listed is not read.',
  },
  kserve: {
    label: 'what KServe logs',
    help: 'CloudEvents of KServe’s inference logger, with its mode set to “all”. A request and its response become predictions.',
  },
}

/** Labels have no features, and KServe logs none. */
export const shapesOf = (records: Records): readonly Shape[] =>
  records === 'labels' ? ['own', 'nested'] : ['own', 'flat', 'nested', 'kserve']

export const recordsOf = ({ records }: Declaration): Records =>
  records === 'labels' ? 'labels' : 'predictions'

export function shapeOf({ fields, kserve }: Declaration): Shape {
  if (kserve !== undefined) return 'kserve'
  if (!isRecord(fields)) return 'own'
  return fields.features === ALL_OTHER_KEYS ? 'flat' : 'nested'
}

/** What the fields begin with: the names that our own shape has. */
function fieldsFor(shape: 'flat' | 'nested', { records, model }: Declaration): Record<string, unknown> {
  const of = model === undefined ? { model: 'model' } : {}
  if (records === 'labels') return { ...of, id: 'id', label: 'label' }
  const features = shape === 'flat' ? ALL_OTHER_KEYS : 'features'
  return { ...of, id: 'id', ts: 'ts', prediction: 'prediction', features }
}

/** The same topic with records of another shape. Paths that were typed stay where they still mean something. */
export function withShape(topic: Declaration, shape: Shape): Declaration {
  const { fields: before, kserve: _, ...rest } = topic
  if (shape === 'own') return rest
  if (shape === 'kserve') {
    const { model: __, shadow: ___, ...service } = rest
    return { ...service, kserve: {} }
  }
  const fresh = fieldsFor(shape, topic)
  return { ...rest, fields: isRecord(before) ? { ...before, features: fresh.features } : fresh }
}

/** The same topic with records of the other kind. */
export function withRecords(topic: Declaration, records: Records): Declaration {
  const { fields, kserve: _, shadow: __, ...rest } = topic
  const next = { ...rest, records }
  return isRecord(fields) ? { ...next, fields: fieldsFor('nested', next) } : next
}

/** The same topic with all records of one model, or with a model that each of them names. */
export function ofModel(topic: Declaration, model: string | undefined): Declaration {
  const { model: _, fields, ...rest } = topic
  const next = { ...rest, ...(model !== undefined && { model }) }
  if (!isRecord(fields)) return { ...next, ...(fields !== undefined && { fields }) }
  const { model: path = 'model', ...others } = fields
  return { ...next, fields: model === undefined ? { model: path, ...others } : others }
}
