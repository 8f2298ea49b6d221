import type { TopicDeclaration } from '../../store/topic.ts'
import { decodeValue } from './decoders.ts'
import { compileFields, modelNamed } from './field-mapping.ts'
import { compileKServe } from './kserve.ts'
import { IGNORED, type MapObject, type Mapping } from './mapped.ts'

/**
 * Compiles a topic's declaration to what makes predictions or labels of its records. What comes out is in our own
 * shape and not checked yet; a record that is in it already is passed on as it was parsed.
 */
export function compileMapping(topic: TopicDeclaration): Mapping {
  const { format, fields, kserve, model } = topic
  if (kserve !== undefined) return compileKServe(kserve)
  const map = fields === undefined ? asItIs(model) : compileFields(fields, topic)
  return ({ value }) => {
    if (value === null) return IGNORED
    const decoded = decodeValue(format, value)
    return decoded.status === 'rejected' ? decoded : map(decoded.value)
  }
}

function asItIs(model: string | undefined): MapObject {
  return (event) => ({ status: 'records', records: [{ model: model ?? modelNamed(event.model), event }] })
}
