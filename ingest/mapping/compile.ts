import type { TopicDeclaration } from '../../store/topic.ts'
import { isRecord } from '../../domain/json.ts'
import { decodeValue } from './decoders.ts'
import { compileFields, modelNamed } from './field-mapping.ts'
import { compileKServe } from './kserve.ts'
import { IGNORED, type MapObject, type Mapping } from './mapped.ts'

/**
 * Compiles a topic's declaration to what makes predictions or labels of its records. What comes out is in our own
 * shape and not checked yet; a record that is in it already is passed on as it was parsed.
 */
export function compileMapping(topic: TopicDeclaration): Mapping {
  const { format, fields, kserve, model, shadow } = topic
  if (kserve !== undefined) return compileKServe(kserve)
  const mapped = fields === undefined ? asItIs(model) : compileFields(fields, topic)
  const map = shadow ? asShadow(mapped) : mapped
  return ({ value }) => {
    if (value === null) return IGNORED
    const decoded = decodeValue(format, value)
    return decoded.status === 'rejected' ? decoded : map(decoded.value)
  }
}

/** Whatever a record says itself: nothing of the topic was served. */
function asShadow(map: MapObject): MapObject {
  return (value) => {
    const mapped = map(value)
    if (mapped.status !== 'records') return mapped
    const records = mapped.records.map(({ model, event }) => ({
      model,
      event: isRecord(event) ? { ...event, shadow: true } : event,
    }))
    return { status: 'records', records }
  }
}

function asItIs(model: string | undefined): MapObject {
  return (event) => ({ status: 'records', records: [{ model: model ?? modelNamed(event.model), event }] })
}
