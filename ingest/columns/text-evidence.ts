import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { portions } from '../../domain/portions.ts'
import { identifier, literal } from '../../store/engine/sql.ts'
import { IN_LITTLE_MEMORY } from '../files/file-shape.ts'
import type { ColumnReading } from './column-reading.ts'
import { MISSING_NUMBERS, numericText, readsSql, type Reading } from './number-text.ts'

/** What the cells of a text column look like, counted over the whole file. */
export interface TextEvidence {
  /** Cells that are neither empty nor a usual mark of a missing number. */
  present: number
  leadingZeros: number
  /** Those of `plain` that are whole numbers. */
  whole: number
  beyondDouble: number
  /** Cells that each reading takes for numbers; absent where the sample gave no reason to look. */
  reads: Partial<Record<Reading, InvalidCount>>
  /** Cells that only one of the two readings with marks takes for numbers. */
  pointOnly: number
  commaOnly: number
  /** Cells that hold a comma, or a point. */
  commas: number
  points: number
}

interface InvalidCount {
  count: number
  /** A cell that the reading does not take for a number. */
  example: string
}

export interface Question {
  name: string
  /** The column is known to be numeric; booleans then count as 1 and 0. */
  isNumeric: boolean
  /** Besides `plain`. */
  readings: readonly Exclude<Reading, 'plain'>[]
}

const EXAMPLE_LENGTH = 60

/** Beyond so many columns the engine takes much longer to plan a statement than to read the file again. */
const COLUMNS_PER_STATEMENT = 100

/** Looks at every cell of the columns: in one pass over the file, or a few if there are very many columns. */
export async function textEvidence(
  client: ClickHouseClient,
  read: string,
  questions: readonly Question[],
): Promise<ReadonlyMap<string, TextEvidence>> {
  const evidence = new Map<string, TextEvidence>()
  for (const chunk of portions(questions, COLUMNS_PER_STATEMENT)) {
    const found = await rows<{ e: Answer[] }>(client, evidenceSelect(read, chunk))
    for (const [i, { name, readings }] of chunk.entries())
      evidence.set(name, toEvidence(found[0].e[i], readings))
  }
  return evidence
}

function evidenceSelect(read: string, questions: readonly Question[]): string {
  // An alias that is the beginning of a column's name could hide that column.
  let prefix = 'cell'
  while (questions.some(({ name }) => name.startsWith(prefix))) prefix += '_'
  const cells = questions.map(
    ({ name, isNumeric }, i) =>
      `${isNumeric ? numericText(identifier(name)) : `trimBoth(${identifier(name)})`} AS ${prefix}${i}`,
  )
  // As a column of its own a number is parsed once, in conditions once for each.
  const numbers = questions.map((_, i) => `toFloat64OrNull(${prefix}${i}) AS ${prefix}${i}n`)
  const evidence = questions.map(({ readings }, i) =>
    evidenceSql(`${prefix}${i}`, `${prefix}${i}n`, readings),
  )
  return `SELECT [${evidence.join(', ')}] AS e FROM (SELECT ${[...cells, ...numbers].join(', ')} FROM ${read}) SETTINGS ${IN_LITTLE_MEMORY}`
}

type Answer = [counts: number[], examples: string[]]

/** Readings in the order of their counts in an answer. */
const order = (readings: Question['readings']): Reading[] => ['plain', ...readings]

function evidenceSql(text: string, number: string, readings: Question['readings']): string {
  const present = `isNotNull(${text}) AND lower(${text}) NOT IN (${MISSING_NUMBERS.map(literal).join(', ')})`
  const count = (condition: string) => `countIf(${present} AND ${condition})`
  const marked = readings.includes('comma')
  const reads = (reading: Reading) => readsSql(text, reading, number)
  const [point, comma] = [reads('point'), reads('comma')]
  const counts = [
    `toUInt64(countIf(${present}))`,
    count(`match(${text}, '^[+-]?0[0-9]')`),
    count(`match(${text}, '^[+-]?[0-9]+$')`),
    count(
      `abs(ifNull(${number}, 0)) > ${2 ** 53} AND length(${text}) > 15 AND match(${text}, '^[+-]?[0-9]+$')`,
    ),
    ...(marked
      ? [
          count(`${point} AND NOT ${comma}`),
          count(`${comma} AND NOT ${point}`),
          count(`position(${text}, ',') > 0`),
          count(`position(${text}, '.') > 0`),
        ]
      : []),
    ...order(readings).map((reading) => count(reads(reading))),
  ]
  const examples = order(readings).map(
    (reading) =>
      `ifNull(leftUTF8(toValidUTF8(anyIf(assumeNotNull(${text}), ${present} AND NOT ${reads(reading)})), ${EXAMPLE_LENGTH}), '')`,
  )
  return `([${counts.join(', ')}], [${examples.join(', ')}])`
}

function toEvidence([counts, examples]: Answer, readings: Question['readings']): TextEvidence {
  const [present, leadingZeros, whole, beyondDouble] = counts
  const marked = readings.includes('comma')
  const [pointOnly, commaOnly, commas, points] = marked ? counts.slice(4, 8) : [0, 0, 0, 0]
  const read = counts.slice(marked ? 8 : 4)
  const reads = Object.fromEntries(
    order(readings).map((reading, i) => [reading, { count: read[i], example: examples[i] }]),
  )
  return { present, leadingZeros, whole, beyondDouble, reads, pointOnly, commaOnly, commas, points }
}

/** A column of text is numeric when this share of its cells, or more, are numbers. */
const NEARLY_ALL = 0.95
/** With so many numbers among other cells a categorical column gets a note. */
const MIXED = 0.5

export interface Circumstances {
  /** Known to be numeric, so that only the way of reading it is open. */
  isNumeric: boolean
  /** The file says that it holds text: whole numbers are codes. */
  isDeclaredText: boolean
  /** Whether a comma is a decimal one where a column alone leaves it open. */
  prefersComma: boolean
  /** Whether other columns of the file have decimal commas. */
  hasCommas: boolean
  /** How the other file reads the column. */
  other: Reading | undefined
}

/** What a column is, by what its cells look like. */
export function chooseReading(evidence: TextEvidence, circumstances: Circumstances): ColumnReading {
  const { present, reads, leadingZeros, beyondDouble, whole } = evidence
  const reading = bestReading(evidence, circumstances)
  const { count, example } = reads[reading]!
  const isAmbiguous = evidence.pointOnly + evidence.commaOnly === 0 && evidence.commas + evidence.points > 0
  const numeric = {
    kind: 'numeric',
    reading,
    isAmbiguous,
    ...(count < present ? { invalid: { count: present - count, example } } : {}),
  } as const
  if (circumstances.isNumeric) return { ...numeric, losesDigits: beyondDouble > 0 }
  const categorical = { kind: 'categorical', reading: 'plain', isAmbiguous: false } as const
  if (present === 0 || (leadingZeros > 0 && reading !== 'time')) return categorical
  if (count < NEARLY_ALL * present)
    return count > MIXED * present
      ? { ...categorical, mixed: { share: count / present, example } }
      : categorical
  if (circumstances.isDeclaredText && whole === count) return categorical
  if (beyondDouble > MIXED * present) return { ...categorical, isBeyondDouble: true }
  return { ...numeric, losesDigits: beyondDouble > 0 }
}

/** The reading that takes most cells for numbers; where both marks fit, what the file or the other one suggests. */
function bestReading(evidence: TextEvidence, { prefersComma, hasCommas, other }: Circumstances): Reading {
  const { reads, pointOnly, commaOnly, commas, points } = evidence
  const taken = (reading: Reading) => reads[reading]?.count ?? 0
  if (taken('time') > taken('plain')) return 'time'
  const marked = Math.max(taken('point'), taken('comma'))
  if (pointOnly !== commaOnly && taken('plain') < marked) return pointOnly > commaOnly ? 'point' : 'comma'
  if (commas === 0) return points > 0 && hasCommas && pointOnly === 0 && marked > 0 ? 'comma' : taken('plain') >= marked ? 'plain' : 'point' // prettier-ignore
  if (other === 'point' || other === 'comma') return other
  return prefersComma ? 'comma' : 'point'
}
