import { toJson } from '../decode/fields.ts'
import type { RecordOrigin } from '../decode/origin.ts'
import { reject, type Rejection } from '../decode/outcome.ts'
import { parseExactJson } from '../json/exact-json.ts'

/** A record that was parsed, or the reason why it could not be, with its text for the dead letter. */
export type ParsedRecord =
  { value: unknown; raw?: string | Buffer } | { rejection: Rejection; raw: string | Buffer }

/**
 * One record as it came. One of lines is a text until it is decoded: the values of a whole batch at once would keep the
 * garbage collector busy for as long as parsing takes.
 */
export type RawRecord = (ParsedRecord | { text: string }) & {
  /** Absent where the source numbers nothing, as HTTP. */
  origin?: RecordOrigin
  /** Of a body in lines, from 1. */
  line?: number
}

/** JSON without the byte order mark that some tools write first, in the ways that producers write numbers. */
export function parseJson(text: string): unknown {
  return parseExactJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
}

/** Parses one record; `what` names it in the reason why it cannot be. */
export function parseRecord(text: string, what = 'the record'): ParsedRecord {
  try {
    return { value: parseJson(text), raw: text }
  } catch (cause) {
    return {
      rejection: reject('not_json', `${what} is not JSON: ${(cause as Error).message.slice(0, 200)}`),
      raw: text,
    }
  }
}

export function parsed(record: RawRecord): ParsedRecord {
  return 'text' in record ? parseRecord(record.text, `line ${record.line}`) : record
}

/** What a dead letter keeps of it. */
export function rawOf(record: RawRecord): string | Buffer {
  if ('text' in record) return record.text
  return 'value' in record ? (record.raw ?? toJson(record.value)) : record.raw
}
