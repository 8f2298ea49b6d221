import { isRecord } from '../../domain/json.ts'
import { reject, type Rejection } from '../decode/outcome.ts'
import { decodeValue, type Decoded } from './decoders.ts'
import { IGNORED, type TopicMessage } from './mapped.ts'

/** A CloudEvent as Kafka carries it, its data not yet parsed. */
export interface CloudEvent {
  status: 'event'
  /** A context attribute or extension; empty ones count as absent. */
  attribute(name: string): string | undefined
  data(): Decoded
}

const STRUCTURED = 'application/cloudevents'

/**
 * Reads a CloudEvent 1.0 in either mode of the Kafka protocol binding: binary, with attributes as headers called
 * `ce_…` and the data as the value, or structured, all of it as one JSON object, which may have the headers as well.
 */
export function readCloudEvent({ value, headers }: TopicMessage): CloudEvent | Rejection | typeof IGNORED {
  if (value === null) return IGNORED
  if (headers.ce_type !== undefined && headers['content-type']?.startsWith(STRUCTURED) !== true) {
    return {
      status: 'event',
      attribute: (name) => present(headers[`ce_${name}`]),
      data: () => decodeValue('json', value),
    }
  }
  const decoded = decodeValue('json', value)
  if (decoded.status === 'rejected') return decoded
  const envelope = decoded.value
  if (typeof envelope.type !== 'string' || typeof envelope.specversion !== 'string')
    return reject(
      'bad_mapping',
      'it is not a CloudEvent: it has no header "ce_type" and no "type" in the value',
    )
  return {
    status: 'event',
    attribute: (name) => (Object.hasOwn(envelope, name) ? present(envelope[name]) : undefined),
    data: () => structuredData(envelope),
  }
}

function present(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Data of a type that is not JSON, as a form would be, comes as text or base64 and can be JSON all the same. */
function structuredData({ data, data_base64: base64 }: Record<string, unknown>): Decoded {
  if (typeof base64 === 'string') return decodeValue('json', Buffer.from(base64, 'base64'))
  if (typeof data === 'string') return decodeValue('json', Buffer.from(data, 'utf8'))
  return isRecord(data)
    ? { status: 'decoded', value: data }
    : reject('bad_mapping', 'the CloudEvent has no data')
}
