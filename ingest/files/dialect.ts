import { DelimitedScanner, type DelimitedRecord } from './delimited.ts'

/** How a CSV file, or one like it, is written. */
export interface Dialect {
  delimiter: string
  /** Columns in the order of the file; one without a name has an empty one. */
  names: string[]
  /** Lines before the first row. */
  headerLines: number
}

export type DialectOutcome = { status: 'found'; dialect: Dialect } | { status: 'unusable'; reason: string }

/** Of two that fit as well the earlier is right: names of columns hold commas sooner than these. */
const DELIMITERS = ['\t', ';', '|', ','] as const
/** Not read, but a single column whose rows all hold them was hardly meant. */
const FOREIGN = ['^', '~', ':', '\u0001'] as const
const SAMPLED_RECORDS = 200
const SLICE = 20_000

const NAMES: Record<string, string> = { '\t': 'tabs', '\u0001': 'control characters (Ctrl-A)' }
export const delimiterName = (delimiter: string) => NAMES[delimiter] ?? `"${delimiter}"`

/**
 * Finds the separator and the names of the columns in the beginning of a file.
 * @param whole the file holds no more than this
 */
export function sniffDialect(text: string, whole: boolean): DialectOutcome {
  const hint = /^sep=(.)\r?\n/i.exec(text)
  const candidates = hint === null ? DELIMITERS : [hint[1]]
  const body = hint === null ? text : text.slice(hint[0].length)
  const skipped = hint === null ? 0 : 1
  const fits = candidates
    .map((delimiter) => ({ delimiter, ...fit(sampleRecords(body, delimiter, whole)) }))
    .filter(({ header }) => hint !== null || (header?.fields.length ?? 0) > 1)
  const best = fits.toSorted((a, b) => b.agreeing - a.agreeing || b.width - a.width).at(0)
  if (best !== undefined) return dialectOf(best.delimiter, best, skipped)
  const single = fit(sampleRecords(body, ',', whole))
  const foreign = FOREIGN.find((delimiter) => {
    const { width, agreeing } = fit(sampleRecords(body, delimiter, whole))
    return width > 1 && agreeing === 1
  })
  if (foreign !== undefined)
    return unusable(`the columns are separated by ${delimiterName(foreign)}, which is not supported: separate them by commas, semicolons, tabs or "|"`) // prettier-ignore
  const inRows = DELIMITERS.find((delimiter) => separatesRows(sampleRecords(body, delimiter, whole)))
  if (inRows !== undefined)
    return unusable(`the header on line ${skipped + (single.header?.line ?? 1)} names one column, but the rows contain ${delimiterName(inRows)} as if they had more columns: name every column in the header, with the same separator as the rows`) // prettier-ignore
  return dialectOf(',', single, skipped)
}

interface Fit {
  header: DelimitedRecord | undefined
  /** The line after the header's, from 1. */
  next: number
  width: number
  /** Share of the sampled rows with as many fields as the header. */
  agreeing: number
}

function fit({ records, next }: Sample): Fit {
  const [header, ...rest] = records
  const width = header?.fields.length ?? 0
  const agreeing = rest.filter(({ fields, garbled }) => fields.length === width && !garbled).length
  return { header, next, width, agreeing: rest.length === 0 ? 1 : agreeing / rest.length }
}

/** Rows of one width, above one, under a header of one field. A few rows may look so by chance. */
function separatesRows({ records }: Sample): boolean {
  const widths = new Set(records.slice(1).map(({ fields }) => fields.length))
  return records.length > 3 && widths.size === 1 && !widths.has(1)
}

interface Sample {
  /** Those that are not blank, the header first. */
  records: DelimitedRecord[]
  next: number
}

function sampleRecords(text: string, delimiter: string, whole: boolean): Sample {
  const scanner = new DelimitedScanner(delimiter)
  const ended: DelimitedRecord[] = []
  let read = 0
  for (; read < text.length && ended.length <= SAMPLED_RECORDS; read += SLICE)
    ended.push(...scanner.push(text.slice(read, read + SLICE)))
  if (whole && read >= text.length) ended.push(...scanner.end().records)
  const first = ended.findIndex(({ blank }) => !blank)
  return {
    records: ended.filter(({ blank }) => !blank).slice(0, SAMPLED_RECORDS),
    next: ended.at(first + 1)?.line ?? text.split('\n').length + (text.endsWith('\n') ? 0 : 1),
  }
}

const unusable = (reason: string): DialectOutcome => ({ status: 'unusable', reason })

function dialectOf(delimiter: string, { header, next }: Fit, skipped: number): DialectOutcome {
  if (header === undefined) return unusable('the file has no rows')
  const names = header.fields.map((name) => name.trim())
  const line = header.line + skipped
  const twice = names.findIndex((name, i) => name !== '' && names.indexOf(name) < i)
  if (twice >= 0)
    return unusable(`the header on line ${line} names "${names[twice]}" twice, for columns ${names.indexOf(names[twice]) + 1} and ${twice + 1}: give each column a unique name`) // prettier-ignore
  if (names.every((name) => name === '')) return unusable(`the header on line ${line} names no column`)
  if (names.every(isNumber) && names.some((name) => !/^\d+$/.test(name)))
    return unusable(`line ${line} holds numbers instead of column names: add a header line`)
  return { status: 'found', dialect: { delimiter, names, headerLines: next - 1 + skipped } }
}

const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text.replace(',', '.')))
