import { reject } from './outcome.ts'
import type { RawRecord } from './pipeline.ts'

/** A line longer than this is no event; it becomes a dead letter with its beginning. */
export const MAX_LINE_BYTES = 1_000_000
const KEPT_OF_LONG_LINE = 2_000
/** A batch is handed on when it holds this many records or bytes. */
const BATCH_RECORDS = 20_000
const BATCH_BYTES = 8_000_000
const NEWLINE = 0x0a

/** Parses one line of NDJSON. */
export function parseRecord(text: string): RawRecord {
  try {
    return { value: JSON.parse(text) as unknown, raw: text }
  } catch (cause) {
    return {
      rejection: reject('not_json', `the line is not JSON: ${(cause as Error).message.slice(0, 200)}`),
      raw: text,
    }
  }
}

function tooLong(beginning: string): RawRecord {
  return { rejection: reject('too_large', `a record is at most ${MAX_LINE_BYTES} bytes`), raw: beginning }
}

/**
 * Splits a stream of NDJSON into batches of records, in bounded memory whatever the length of a line. Empty
 * lines are skipped.
 */
export async function* batchesOfLines(body: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  let batch: RawRecord[] = []
  let bytes = 0
  for await (const line of lines(body)) {
    if (!line.long && line.bytes.length === 0) continue
    const text = line.bytes.toString('utf8')
    if (!line.long && text.trim() === '') continue
    batch.push(line.long ? tooLong(text) : parseRecord(text))
    bytes += line.bytes.length
    if (batch.length >= BATCH_RECORDS || bytes >= BATCH_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
  }
  if (batch.length > 0) yield batch
}

interface Line {
  bytes: Buffer
  /** Only the beginning was kept. */
  long: boolean
}

async function* lines(body: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let length = 0
  const take = (part: Buffer) => {
    length += part.length
    if (length - part.length < MAX_LINE_BYTES) parts.push(part)
  }
  const finish = (): Line => {
    const long = length > MAX_LINE_BYTES
    const whole = parts.length === 1 ? parts[0] : Buffer.concat(parts)
    parts = []
    length = 0
    return { bytes: long ? whole.subarray(0, KEPT_OF_LONG_LINE) : whole, long }
  }
  for await (const chunk of body) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end))
      yield finish()
      start = end + 1
    }
    if (start < chunk.length) take(chunk.subarray(start))
  }
  if (length > 0) yield finish()
}

/** The records of a JSON body: the elements of an array, or one object; NDJSON is taken too. */
export async function recordsOfJson(body: Buffer): Promise<RawRecord[]> {
  const text = body.toString('utf8')
  try {
    const parsed = JSON.parse(text) as unknown
    return ((Array.isArray(parsed) ? parsed : [parsed]) as unknown[]).map((value) => ({ value }))
  } catch (cause) {
    const firstLine = text.slice(0, Math.max(0, text.indexOf('\n')))
    if (!firstLine.trimStart().startsWith('{') || 'rejection' in parseRecord(firstLine)) {
      return [
        {
          rejection: reject('not_json', `the body is not JSON: ${(cause as Error).message.slice(0, 200)}`),
          raw: text,
        },
      ]
    }
    const records: RawRecord[] = []
    for await (const batch of batchesOfLines(oneChunk(body))) records.push(...batch)
    return records
  }
}

async function* oneChunk(body: Buffer): AsyncGenerator<Buffer> {
  yield body
}
