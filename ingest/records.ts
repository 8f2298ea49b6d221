import { LineSplitter, MAX_LINE_BYTES, type Line } from './lines.ts'
import { reject } from './outcome.ts'
import type { RawRecord } from './pipeline.ts'

/** A batch is handed on when it holds this many records or bytes. */
const BATCH_RECORDS = 20_000
const BATCH_BYTES = 8_000_000

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
  const splitter = new LineSplitter()
  let batch: RawRecord[] = []
  let bytes = 0
  for await (const chunk of body) {
    batch.push(...recordsOfLines(splitter.push(chunk)))
    bytes += chunk.length
    if (batch.length >= BATCH_RECORDS || bytes >= BATCH_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
  }
  batch.push(...recordsOfLines(splitter.end()))
  if (batch.length > 0) yield batch
}

function recordsOfLines(lines: readonly Line[]): RawRecord[] {
  return lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, long }) => (long ? tooLong(text) : parseRecord(text)))
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
