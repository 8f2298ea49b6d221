import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { DelimitedScanner, type DelimitedRecord } from './delimited.ts'
import { delimiterName, type Dialect } from './dialect.ts'
import { isRecord } from '../../domain/json.ts'
import { isGzipFault, unpackedFile } from './file-head.ts'
import { IS_NOT_UTF8, notUtf8 } from './utf8.ts'
import { LineSplitter, MAX_LINE_BYTES, type Line } from '../intake/lines.ts'
import { withoutLongIntegers } from '../json/long-integers.ts'
import { withoutPythonTokens } from '../json/python-json.ts'

/** Stands for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd'

/** Where a file that the engine could not read is at fault; undefined where nothing is found. */
export async function delimitedFault(path: string, dialect: Dialect): Promise<string | undefined> {
  const scanner = new DelimitedScanner(dialect.delimiter)
  const decoder = new TextDecoder()
  const isBody = ({ line }: DelimitedRecord) => line > dialect.headerLines
  let blank: DelimitedRecord | undefined
  let replaced: DelimitedRecord | undefined
  const faultOf = (ended: readonly DelimitedRecord[]): string | undefined => {
    for (const record of ended.filter(isBody)) {
      if (record.fields.some((field) => field.includes(REPLACEMENT))) replaced ??= record
      // Those at the end of the file do no harm.
      if (record.blank) blank ??= record
      else if (blank !== undefined) return `line ${blank.line} is empty: remove it`
      else if (recordFault(record, dialect) !== undefined) return recordFault(record, dialect)
    }
    return undefined
  }
  try {
    for await (const chunk of unpackedFile(path) as AsyncIterable<Buffer>) {
      const fault = faultOf(scanner.push(decoder.decode(chunk, { stream: true })))
      if (fault !== undefined) return fault
    }
  } catch (cause) {
    if (!isGzipFault(cause)) throw cause
    return `the file is not valid gzip: ${(cause as Error).message}`
  }
  const { records: last, open } = scanner.end()
  if (open) return `line ${last[0].line} opens a quoted field that is never closed: close it, or double the quotes inside it` // prettier-ignore
  return faultOf(last) ?? (replaced && notUtf8(`line ${replaced.line}`))
}

function recordFault(
  { line, fields, garbled }: DelimitedRecord,
  { names, delimiter }: Dialect,
): string | undefined {
  if (garbled) return `line ${line} has text after the end of a quoted field: double the quotes inside it`
  if (fields.length === names.length) return undefined
  const has = `${fields.length} field${fields.length === 1 ? '' : 's'}`
  return `line ${line} has ${has} separated by ${delimiterName(delimiter)}, but the header has ${names.length}: correct the line, and quote fields that hold the separator` // prettier-ignore
}

export type JsonOutcome =
  | { status: 'rewritten' }
  | { status: 'faulty'; reason: string }
  /** Every line is an object in JSON. */
  | { status: 'sound' }

/**
 * Writes an NDJSON file that the engine could not read anew to `target`, with `null` for the `NaN` and `Infinity` that
 * Python writes and integers beyond 64 bits as numbers, or finds its first line that is no object.
 */
export async function rewriteJson(path: string, target: string): Promise<JsonOutcome> {
  const splitter = new LineSplitter()
  const output = createWriteStream(target, { mode: 0o600 })
  let [number, changed] = [0, false]
  /** The lines as the engine reads them, or why it cannot. */
  const clean = (lines: readonly Line[]): { text: string } | { reason: string } => {
    const cleaned: string[] = []
    for (const line of lines) {
      number++
      const outcome = cleanLine(line)
      if ('reason' in outcome) return { reason: `line ${number} ${outcome.reason}` }
      changed ||= outcome.text !== line.text
      cleaned.push(outcome.text)
    }
    return { text: cleaned.map((text) => `${text}\n`).join('') }
  }
  const write = async (lines: readonly Line[]): Promise<string | undefined> => {
    const outcome = clean(lines)
    if ('reason' in outcome) return outcome.reason
    if (!output.write(outcome.text)) await new Promise<void>((resolve) => output.once('drain', resolve))
    return undefined
  }
  try {
    for await (const chunk of unpackedFile(path) as AsyncIterable<Buffer>) {
      const reason = await write(splitter.push(chunk))
      if (reason !== undefined) return { status: 'faulty', reason }
    }
    const reason = await write(splitter.end())
    if (reason !== undefined) return { status: 'faulty', reason }
  } catch (cause) {
    if (!isGzipFault(cause)) throw cause
    return { status: 'faulty', reason: `after line ${number} the file is not valid gzip: ${(cause as Error).message}` } // prettier-ignore
  } finally {
    output.end()
    await finished(output)
  }
  return { status: changed ? 'rewritten' : 'sound' }
}

function cleanLine({ text, fault }: Line): { text: string } | { reason: string } {
  if (fault?.reason === 'too_large') return { reason: `is longer than ${MAX_LINE_BYTES} bytes` }
  if (fault !== undefined) return { reason: IS_NOT_UTF8 }
  if (text.trim() === '') return { text }
  const clean = withoutLongIntegers(withoutPythonTokens(text))
  try {
    const parsed: unknown = JSON.parse(clean.replace(/^\ufeff/, ''))
    return isRecord(parsed) ? { text: clean } : { reason: 'is not a JSON object' }
  } catch (cause) {
    return { reason: `is not JSON${nearField(clean, cause as Error)}: ${(cause as Error).message}` }
  }
}

/** The key before the place that a parser stopped at, where it tells the place. */
function nearField(text: string, { message }: Error): string {
  const position = /Unexpected end/.test(message) ? text.length : /position (\d+)/.exec(message)?.[1]
  if (position === undefined) return ''
  const keys = [...text.slice(0, Number(position)).matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)]
  return keys.length === 0 ? '' : ` at the field "${keys.at(-1)![1]}"`
}
