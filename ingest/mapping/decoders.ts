import { isUtf8 } from 'node:buffer'
import type { TopicDeclaration } from '../../store/topic.ts'
import { MAX_LINE_BYTES } from '../intake/lines.ts'
import { isRecord } from '../../domain/json.ts'
import { NOT_UTF8, reject, type Rejection } from '../decode/outcome.ts'
import { parseJson } from '../intake/raw-record.ts'
import { framingAdvice, unframed } from '../decode/framing.ts'

/** How a value of each format is parsed; each throws what is wrong with one that cannot be. */
const DECODERS: Record<TopicDeclaration['format'], (value: Buffer) => unknown> = {
  json: (value) => parseJson(value.toString('utf8')),
}

export type Decoded = { status: 'decoded'; value: Record<string, unknown> } | Rejection

/** Parses the value of a Kafka record, which holds one object. */
export function decodeValue(format: TopicDeclaration['format'], framed: Buffer): Decoded {
  const value = unframed(framed)
  if (value.length > MAX_LINE_BYTES)
    return reject('too_large', `a record is at most ${MAX_LINE_BYTES} bytes; this one has ${value.length}`)
  let parsed: unknown
  try {
    parsed = DECODERS[format](value)
    // Some producers serialize twice, so that the value is a text that holds the object.
    if (typeof parsed === 'string' && /^\s*\{/.test(parsed))
      parsed = DECODERS[format](Buffer.from(parsed, 'utf8'))
  } catch (cause) {
    const reason = framingAdvice(value) ?? (cause as Error).message.slice(0, 200)
    return reject('not_json', `the value is not JSON: ${reason}`)
  }
  if (!isUtf8(value)) return NOT_UTF8
  return isRecord(parsed)
    ? { status: 'decoded', value: parsed }
    : reject('not_an_object', 'the value must be one JSON object')
}
