import { LineSplitter, MAX_LINE_BYTES, type Line } from './lines.ts'
import { reject } from './outcome.ts'
import type { RawRecord } from './pipeline.ts'
import { parsePythonJson } from './python-json.ts'

/** A batch is handed on when it holds this many records or bytes. */
const BATCH_RECORDS = 20_000
const BATCH_BYTES = 8_000_000

/** JSON without the byte order mark that some tools write first. */
export function parseJson(text: string): unknown {
  return parsePythonJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
}

/** Parses one line of NDJSON. */
export function parseRecord(text: string): RawRecord {
  try {
    return { value: parseJson(text), raw: text }
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
    for (const record of recordsOfLines(splitter.push(chunk))) batch.push(record)
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

/** The records of a JSON body, in batches: the elements of an array, or one object; NDJSON is taken too. */
export async function* batchesOfJson(body: Buffer): AsyncGenerator<RawRecord[]> {
  const text = body.toString('utf8')
  let parsed: unknown
  try {
    parsed = parseJson(text)
  } catch (cause) {
    const firstLine = text.slice(0, Math.max(0, text.indexOf('\n')))
    if (isObjectStart(firstLine) && !('rejection' in parseRecord(firstLine))) {
      yield* batchesOfLines(slices(body))
      return
    }
    const message = (cause as Error).message.slice(0, 200)
    yield [{ rejection: reject('not_json', `the body is not JSON: ${message}`), raw: text }]
    return
  }
  if (!Array.isArray(parsed)) {
    yield [{ value: parsed, raw: text }]
    return
  }
  for (let start = 0; start < parsed.length; start += BATCH_RECORDS) {
    yield parsed.slice(start, start + BATCH_RECORDS).map((value: unknown) => ({ value }))
  }
}

function isObjectStart(text: string): boolean {
  // trimStart() takes a byte order mark off as well.
  return text.trimStart().startsWith('{')
}

const SLICE_BYTES = 65_536

async function* slices(body: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < body.length; start += SLICE_BYTES)
    yield body.subarray(start, start + SLICE_BYTES)
}
