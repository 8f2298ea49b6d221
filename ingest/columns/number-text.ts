import { literal } from '../../store/engine/sql.ts'

/**
 * How the text of a column says numbers: as programs write them; with a decimal point and groups of thousands
 * (`1,234.56`); or with a decimal comma (`1.234,56`). `time` is a date, with or without a time of day.
 */
export type Reading = 'plain' | 'point' | 'comma' | 'time'

/** What producers write for a missing number, lower case. */
export const MISSING_NUMBERS: readonly string[] = ['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '<na>', '\\n', '-'] // prettier-ignore

const SPACES = '(?: |\u00a0|\u202f|\u2009)'
const APOSTROPHES = "(?:'|’)"
const EXPONENT = '(?:[eE][+-]?[0-9]+)?'

function numeral(decimal: string, group: string): string {
  const grouped = [group, SPACES, APOSTROPHES].map((mark) => `[1-9][0-9]{0,2}(?:${mark}[0-9]{3})+`)
  const whole = ['[0-9]+', ...grouped].join('|')
  return `^[+-]?(?:(?:${whole})(?:${decimal}[0-9]*)?|${decimal}[0-9]+)${EXPONENT}$`
}

/** Patterns that the engine and JavaScript read alike, for a cell without white space around it. */
export const NUMERALS = { point: numeral('\\.', ','), comma: numeral(',', '\\.') } as const

const CLOCK = '(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?)?'
const ZONE = '(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?'
const [DAY, MONTH, YEAR] = ['(?:0?[1-9]|[12][0-9]|3[01])', '(?:0?[1-9]|1[0-2])', '[12][0-9]{3}']
const MONTH_NAME = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?'

/** A day of a calendar and what may follow it, by the order of its parts. */
export const TIMES = {
  yearFirst: `^${YEAR}(?:-${MONTH}-${DAY}|/${MONTH}/${DAY})${CLOCK}${ZONE}$`,
  dayFirst: `^${DAY}(?:\\.${MONTH}\\.|/${MONTH}/|-${MONTH}-)${YEAR}${CLOCK}${ZONE}$`,
  monthFirst: `^${MONTH}/${DAY}/${YEAR}${CLOCK}${ZONE}$`,
  compact: `^${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])T[0-9]{4,6}Z?$`,
  named: `^(?:[A-Z][a-z]{2,8},? )?(?:${MONTH_NAME} ${DAY},? |${DAY}[ -]${MONTH_NAME}[ -])${YEAR}${CLOCK}${ZONE}$`,
} as const

const ANY_TIME = Object.values(TIMES).join('|')

/** The text of a column of numbers, in which booleans are 1 and 0, as in events. */
export function numericText(column: string): string {
  const text = `trimBoth(toString(${column}))`
  return `multiIf(${text} IN ('true', 'True', 'TRUE'), '1', ${text} IN ('false', 'False', 'FALSE'), '0', ${text})`
}

/** The number that trimmed text says, or null: an expression over one that gives text. */
export function numberSql(text: string, reading: Reading): string {
  const plain = `toFloat64OrNull(${text})`
  switch (reading) {
    case 'plain':
      return plain
    case 'point':
      return `ifNull(${plain}, if(match(${text}, ${literal(NUMERALS.point)}), toFloat64OrNull(${ungrouped(text, ',')}), NULL))`
    case 'comma':
      return `if(match(${text}, ${literal(NUMERALS.comma)}), toFloat64OrNull(replaceAll(${ungrouped(text, '.')}, ',', '.')), NULL)`
    case 'time':
      return `toFloat64(toUnixTimestamp64Milli(${timeSql(text)})) / 1000`
  }
}

function ungrouped(text: string, group: string): string {
  return [group, ' ', '\u00a0', '\u202f', '\u2009', "'", '’'].reduce(
    (expression, mark) => `replaceAll(${expression}, ${literal(mark)}, '')`,
    text,
  )
}

/** Of 01/02/2026 either part can be the month: it is the first, as most software that writes slashes has it. */
function timeSql(text: string): string {
  const american = `match(${text}, ${literal(TIMES.monthFirst)})`
  return `if(${american}, parseDateTime64BestEffortUSOrNull(${text}, 3, 'UTC'), parseDateTime64BestEffortOrNull(${text}, 3, 'UTC'))`
}

/**
 * Whether trimmed text reads as a number in this way: an expression.
 * @param number what the text says as programs write numbers, or null
 */
export function readsSql(text: string, reading: Reading, number: string): string {
  const plain = `isNotNull(${number})`
  switch (reading) {
    case 'plain':
      return plain
    case 'point':
      return `(${plain} OR match(${text}, ${literal(NUMERALS.point)}))`
    case 'comma':
      return `match(${text}, ${literal(NUMERALS.comma)})`
    case 'time':
      return `match(${text}, ${literal(ANY_TIME)})`
  }
}

/** Text that says a number with marks, as programs write it; other text stays as it is. */
export function plainNumeral(text: string, reading: 'point' | 'comma'): string {
  const trimmed = text.trim()
  if (!PATTERNS[reading].test(trimmed)) return text
  const whole = trimmed.replace(reading === 'comma' ? /[.'’\s]/g : /[,'’\s]/g, '')
  return reading === 'comma' ? whole.replace(',', '.') : whole
}

const PATTERNS: Record<Exclude<Reading, 'plain'>, RegExp> = {
  point: new RegExp(NUMERALS.point),
  comma: new RegExp(NUMERALS.comma),
  time: new RegExp(ANY_TIME),
}
/** Digits with a mark between that programs do not write, which is what a second look is worth for. */
const MARKED = /[0-9][ ,'’\u00a0\u202f\u2009][0-9]|^[+-]?,[0-9]|[0-9]\.[0-9]{3}$/

/** Which readings of a sample of cells deserve a look at the whole column; `plain` always does. */
export function likelyReadings(sample: readonly string[]): Exclude<Reading, 'plain'>[] {
  const present = sample.flatMap((cell) => {
    const text = cell.trim()
    return MISSING_NUMBERS.includes(text.toLowerCase()) ? [] : [text]
  })
  if (present.length === 0) return ['point', 'comma', 'time']
  const share = (reading: Exclude<Reading, 'plain'>) =>
    present.filter((text) => PATTERNS[reading].test(text)).length / present.length
  if (share('time') >= 0.5) return ['time']
  return present.some((text) => MARKED.test(text)) && Math.max(share('point'), share('comma')) >= 0.5
    ? ['point', 'comma']
    : []
}
