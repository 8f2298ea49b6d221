import { isUtf8 } from 'node:buffer'
import { framingAdvice, unframed } from '../decode/framing.ts'
import { jsonElements } from '../json/json-elements.ts'
import { LineSplitter, type Line } from './lines.ts'
import { NOT_UTF8, reject } from '../decode/outcome.ts'
import { parseJson, parseRecord, type ParsedRecord, type RawRecord } from './raw-record.ts'

/** A batch is handed on when it holds this many records or bytes. */
const BATCH_RECORDS = 20_000
const BATCH_BYTES = 8_000_000

/**
 * Splits a stream of NDJSON into batches of records, in bounded memory whatever the length of a line. Empty
 * lines are skipped.
 */
export async function* batchesOfLines(body: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  const splitter = new LineSplitter()
  let batch: RawRecord[] = []
  let [bytes, lines] = [0, 0]
  const toRecords = (found: readonly Line[]) => {
    const first = lines + 1
    lines += found.length
    return recordsOfLines(found, first)
  }
  for await (const chunk of body) {
    for (const record of toRecords(splitter.push(chunk))) batch.push(record)
    bytes += chunk.length
    if (batch.length >= BATCH_RECORDS || bytes >= BATCH_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
  }
  batch.push(...toRecords(splitter.end()))
  if (batch.length > 0) yield batch
}

/** @param first number of the first line */
function recordsOfLines(lines: readonly Line[], first: number): RawRecord[] {
  return lines.flatMap(({ text, fault }, i) => {
    if (text.trim() === '') return []
    const line = first + i
    return fault === undefined ? { text, line } : { rejection: fault, raw: text, line }
  })
}

/** The records of a JSON body, in batches: the elements of an array, or one object; NDJSON is taken too. */
export async function* batchesOfJson(sent: Buffer): AsyncGenerator<RawRecord[]> {
  const body = unframed(sent)
  if (!isUtf8(body)) {
    yield* batchesOfBytes(body)
    return
  }
  const text = body.toString('utf8')
  let parsed: unknown
  try {
    parsed = parseJson(text)
  } catch (cause) {
    if (isLines(text)) {
      yield* batchesOfLines(slices(body))
      return
    }
    const elements = jsonElements(text)
    if (elements !== undefined) {
      yield* inBatches(elements.map((element, i) => parseRecord(element.trim(), `element ${i}`)))
      return
    }
    const message = framingAdvice(body) ?? (cause as Error).message.slice(0, 200)
    yield [{ rejection: reject('not_json', `the body is not JSON: ${message}`), raw: text }]
    return
  }
  if (!Array.isArray(parsed)) {
    yield [{ value: parsed, raw: text }]
    return
  }
  yield* inBatches(parsed.map((value: unknown) => ({ value })))
}

/** Of a JSON body that is not in UTF-8, lines and elements may be. One character a byte leaves the places of all marks. */
async function* batchesOfBytes(body: Buffer): AsyncGenerator<RawRecord[]> {
  const text = body.toString('latin1')
  if (isLines(text)) {
    yield* batchesOfLines(slices(body))
    return
  }
  const elements = jsonElements(text)
  if (elements === undefined) {
    const advice = framingAdvice(body)
    const rejection = advice === undefined ? NOT_UTF8 : reject('not_json', `the body is not JSON: ${advice}`)
    yield [{ rejection, raw: body.toString('utf8') }]
  } else yield* inBatches(elements.map((element, i) => recordOfBytes(Buffer.from(element, 'latin1'), i)))
}

function recordOfBytes(bytes: Buffer, place: number): ParsedRecord {
  const text = bytes.toString('utf8').trim()
  return isUtf8(bytes) ? parseRecord(text, `element ${place}`) : { rejection: NOT_UTF8, raw: text }
}

function* inBatches(records: RawRecord[]): Generator<RawRecord[]> {
  for (let start = 0; start < records.length; start += BATCH_RECORDS)
    yield records.slice(start, start + BATCH_RECORDS)
}

const LINES_TRIED = 100

/** Whether a text that is no JSON as a whole has lines that are: the first of them may be the bad ones. */
function isLines(text: string): boolean {
  // trimStart() takes a byte order mark off as well.
  if (text.trimStart().startsWith('[')) return false
  const lines = text.split('\n', LINES_TRIED).map((line) => line.trim())
  return lines.length > 1 && lines.some((line) => line.startsWith('{') && !('rejection' in parseRecord(line)))
}

const SLICE_BYTES = 65_536

async function* slices(body: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < body.length; start += SLICE_BYTES)
    yield body.subarray(start, start + SLICE_BYTES)
}
