import { MAX_LISTED_VALUES } from '../../domain/data-finding.ts'
import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'

/** Rows of one answer. */
export const MAX_EXAMPLES = 5
/** Distinct values that are counted exactly. */
const COUNTED = 10_000

/** Rows and which of them are sought, as expressions over them. */
export interface OffendingQuery {
  /** A table expression with a condition. */
  from: string
  isOffending: string
  /** The value of a row as text, or null. */
  value: string
  /** The texts that are counted of a row, as an array. */
  counted: string
  /** More conditions that are counted. */
  rules?: readonly string[]
}

export interface OffendingRows {
  rows: number
  affected: number
  /** The most frequent first. */
  values: { value: string; rows: number }[]
  /** Rows that meet each of the rules. */
  rules: number[]
  /** The newest first; `ts` in epoch milliseconds. */
  examples: { id: string; ts: number; version: string; value: string | null }[]
}

/** The value of a row, and that it counts where there is one. @param text an expression, null without a value */
export const valueOf = (text: string): Pick<OffendingQuery, 'value' | 'counted'> => ({
  value: text,
  counted: `if(isNull(${text}), emptyArrayString(), [assumeNotNull(${text})])`,
})

/** What the sought rows have in common, in one pass that keeps only a bounded number of values. */
export async function readOffendingRows(
  store: Store,
  { from, isOffending, value, counted, rules = [] }: OffendingQuery,
): Promise<OffendingRows> {
  type Example = [newest: number, id: string, version: string, isNull: 0 | 1, value: string]
  const [found] = await rows<
    Pick<OffendingRows, 'rows' | 'affected' | 'rules'> & {
      top: { item: string; count: number; error: number }[]
      newest: Example[]
    }
  >(
    store.read,
    `SELECT count() AS rows, countIf(hit) AS affected, ${sums(rules.length)} AS rules,
       approx_top_kArrayIf(${MAX_LISTED_VALUES}, ${COUNTED})(texts, hit) AS top,
       groupArraySortedIf(${MAX_EXAMPLES})((-at, id, version, isNull(text), ifNull(text, '')), hit) AS newest
     FROM (
       SELECT id, toUnixTimestamp64Milli(ts) AS at, toString(version) AS version, ${value} AS text, ${counted} AS texts,
         [${rules.join(', ')}] AS broken, (${isOffending}) AS hit
       FROM ${from})`,
  )
  const { top, newest, ...counts } = found
  return {
    ...counts,
    // The error is what a count may be too large by.
    values: top.flatMap(({ item, count, error }) =>
      count > error ? [{ value: item, rows: count - error }] : [],
    ),
    examples: newest.map(([at, id, version, isNull, text]) => ({
      id,
      ts: -at,
      version,
      value: isNull === 1 ? null : text,
    })),
  }
}

const sums = (rules: number) => (rules === 0 ? 'emptyArrayUInt64()' : 'sumForEach(broken)')
