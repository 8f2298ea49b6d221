import type { ClickHouseClient } from '@clickhouse/client'
import type { ColumnKind } from '../../control/declared/model.ts'
import { identifier } from '../../store/engine/sql.ts'
import type { ColumnReading } from '../columns/column-reading.ts'
import { fileHead } from './file-head.ts'
import { firstCells } from './first-rows.ts'
import { isRecord } from '../../domain/json.ts'
import { likelyReadings, type Reading } from '../columns/number-text.ts'
import { IN_LITTLE_MEMORY, IN_ORDER, type OpenFile, type TypedColumn } from './file-shape.ts'
import { parsePythonJson } from '../json/python-json.ts'
import { chooseReading, textEvidence } from '../columns/text-evidence.ts'

/** Kinds by name of the column; undefined where the file decides. */
export type KnownKinds = Pick<ReadonlyMap<string, ColumnKind>, 'get'>

/** What is known before a file is read. */
export interface Known {
  kinds: KnownKinds
  /** How the other file of a comparison says its numbers, for columns that leave it open. */
  readings?: Pick<ReadonlyMap<string, Reading>, 'get'>
}

/** The engine's type without the wrappers that do not change what a value is. */
export function bareType(type: string): string {
  return type.replace(/^LowCardinality\(/, '').replace(/^Nullable\(/, '')
}

/** Whether its numbers have a shortest text by themselves that is another one than that of the doubles they equal. */
export const isSinglePrecision = (type: string) => /^(Float32|BFloat)/.test(bareType(type))

/** The kind that a type suggests; undefined for nested ones, which are neither numbers nor text. */
export function kindOfType(type: string): ColumnKind | undefined {
  const bare = bareType(type)
  if (/^(U?Int|Float|BFloat|Decimal|Date)/.test(bare)) return 'numeric'
  if (/^(String|FixedString|Bool|Enum|UUID|IPv|Nothing)/.test(bare)) return 'categorical'
  return undefined
}

/** Whether cells come as text, which may say numbers. */
export function isText({ format }: OpenFile, { type }: TypedColumn): boolean {
  return format.encoding !== 'typed' || /^(String|FixedString)/.test(bareType(type))
}

const MAX_SAMPLE_LENGTH = 100

/**
 * What each column is, none of which is nested. Text that nearly always reads as numbers, without leading zeros and
 * apart from the usual marks of a missing one, is numeric; that takes a pass over the columns in question.
 */
export async function readColumns(
  client: ClickHouseClient,
  file: OpenFile,
  columns: readonly TypedColumn[],
  { kinds, readings }: Known,
): Promise<ReadonlyMap<string, ColumnReading>> {
  const sample = await sampleCells(client, file, columns)
  const found = new Map(
    columns.map((column): [string, ColumnReading] => [
      column.name,
      byType(column, kinds.get(column.name), sample.get(column.name) ?? []),
    ]),
  )
  const questions = columns
    .filter((column) => isText(file, column) && kinds.get(column.name) !== 'categorical')
    .map(({ name }) => ({ name, isNumeric: kinds.get(name) === 'numeric', readings: likelyReadings(sample.get(name)!) }))
    .filter(({ name, isNumeric, readings }) => file.format.encoding !== 'typed' || isNumeric || readings.length > 0 || hasNumbers(sample.get(name)!)) // prettier-ignore
  const evidence = await textEvidence(client, file.read, questions)
  const hasCommas = [...evidence.values()].some(({ pointOnly, commaOnly }) => commaOnly > pointOnly)
  const numbers = file.format.encoding === 'json' ? await numbersInHead(file.path) : new Set<string>()
  for (const { name, type } of columns) {
    const one = evidence.get(name)
    if (one === undefined) continue
    const circumstances = {
      isNumeric: kinds.get(name) === 'numeric',
      // In quotes in NDJSON, a string in Parquet: whole numbers are codes that somebody wanted to be categories.
      isDeclaredText:
        file.format.encoding !== 'delimited' && kindOfType(type) === 'categorical' && !numbers.has(name),
      prefersComma: hasCommas || file.dialect?.delimiter === ';',
      hasCommas,
      other: readings?.get(name),
    }
    found.set(name, chooseReading(one, circumstances))
  }
  return found
}

function byType(
  { type }: TypedColumn,
  known: ColumnKind | undefined,
  sample: readonly string[],
): ColumnReading {
  const present = sample.filter((text) => text !== '')
  const beyond = /^U?Int(64|128|256)/.test(bareType(type)) ? present.filter(isBeyondDouble).length : 0
  const ids = beyond > present.length / 2
  const kind = known ?? (ids ? 'categorical' : kindOfType(type)!)
  return {
    kind,
    reading: 'plain',
    isAmbiguous: false,
    ...(beyond === 0
      ? {}
      : kind === 'numeric'
        ? { losesDigits: true }
        : { isBeyondDouble: known === undefined }),
  }
}

const isBeyondDouble = (text: string) => Math.abs(Number(text)) > Number.MAX_SAFE_INTEGER

function hasNumbers(sample: readonly string[]): boolean {
  const present = sample.filter((text) => text.trim() !== '')
  return present.filter((text) => Number.isFinite(Number(text))).length >= present.length / 2
}

/** The first rows of columns whose values may say more than their type; null is an empty text. */
async function sampleCells(
  client: ClickHouseClient,
  file: OpenFile,
  columns: readonly TypedColumn[],
): Promise<ReadonlyMap<string, string[]>> {
  const sampled = columns.filter(
    (column) => isText(file, column) || /^U?Int(64|128|256)/.test(bareType(column.type)),
  )
  if (sampled.length === 0) return new Map()
  const cells = await firstCells<TypedColumn, string>(client, sampled, {
    cell: ({ name }) =>
      `ifNull(leftUTF8(toValidUTF8(toString(${identifier(name)})), ${MAX_SAMPLE_LENGTH}), '')`,
    from: () => (file.position === undefined ? file.read : `${file.read} ORDER BY ${file.position}`),
    settings: [IN_ORDER, IN_LITTLE_MEMORY],
    ...(file.format.encoding === 'typed' ? {} : { atOnce: sampled.length }),
  })
  return new Map([...cells].map(([{ name }, texts]) => [name, texts]))
}

const HEAD_BYTES = 1_000_000
const HEAD_LINES = 1000

/** Keys of NDJSON that hold a number, not one in quotes, in the beginning of a file. */
async function numbersInHead(path: string): Promise<ReadonlySet<string>> {
  const { bytes } = await fileHead(path, HEAD_BYTES)
  const keys = new Set<string>()
  for (const line of bytes.toString('utf8').split('\n').slice(0, HEAD_LINES)) {
    for (const [key, value] of Object.entries(recordOf(line))) if (typeof value === 'number') keys.add(key)
  }
  return keys
}

function recordOf(line: string): Record<string, unknown> {
  try {
    const parsed = parsePythonJson(line)
    return isRecord(parsed) ? parsed : {}
  } catch {
    // The last line may be cut, and what else is no JSON the engine has to tell.
    return {}
  }
}
