import type { CategoricalBinning, ColumnBinning, ColumnProfile } from '../../store/profiles/binning.ts'
import { sum } from '../../domain/sum.ts'
import { rowsOf } from '../verdict/column-input.ts'
import { count, percent } from '../verdict/phrases.ts'
import { plainShareAbove } from './plain-numbers.ts'
import { suggestRange } from './suggest-range.ts'
import type { SuggestedField, Suggestion } from './suggestion.ts'

/** Fewer rows, or values of a column, say too little about those to come. */
export const LEAST_ROWS = 1000
const MAX_CATEGORIES = 50
/** A category in fewer rows is rare, and where some are rare, others have yet to occur. */
const LEAST_ROWS_OF_CATEGORY = 3
/** With a larger share of rows without a value, that one is missing is nothing unusual. */
const FEW_MISSING = 0.005
/** A smaller tolerance would be exceeded by one or two rows of a short window. */
const LEAST_TOLERANCE = 0.001

/** What may be declared of a feature, going by its baseline. Pure. */
export function suggestConstraints({
  binning,
  profile,
}: {
  binning: ColumnBinning
  profile: ColumnProfile
}): Suggestion {
  const { n, missing } = rowsOf(profile)
  if (n < LEAST_ROWS) return { constraints: [], withheld: [] }
  const presence = suggestRequired(n, missing)
  const values = n - missing
  const ofValues =
    values < LEAST_ROWS
      ? tooFew(binning, values)
      : binning.kind === 'numeric'
        ? suggestRange(binning, profile)
        : suggestAllowed(binning, profile)
  return {
    constraints: [...presence.constraints, ...ofValues.constraints],
    withheld: [...presence.withheld, ...ofValues.withheld],
  }
}

function suggestRequired(n: number, missing: number): Suggestion {
  const share = missing / n
  if (share > FEW_MISSING)
    return { constraints: [], withheld: [{ field: 'required', reason: `${percent(share)} of rows have no value` }] } // prettier-ignore
  if (missing === 0)
    return {
      constraints: [{ field: 'required', value: true, reason: `all ${count(n)} rows have a value` }],
      withheld: [],
    }
  const reason = `${count(missing)} of ${count(n)} rows ${missing === 1 ? 'has' : 'have'} no value`
  const tolerance = Math.max(LEAST_TOLERANCE, plainShareAbove(2 * share))
  return {
    constraints: [
      { field: 'required', value: true, reason },
      { field: 'tolerance', value: tolerance, reason: 'at least twice the share of rows without a value' },
    ],
    withheld: [],
  }
}

function tooFew({ kind }: ColumnBinning, values: number): Suggestion {
  const reason = `only ${count(values)} rows have a value`
  const fields: SuggestedField[] = kind === 'numeric' ? ['min', 'max'] : ['allowed']
  return { constraints: [], withheld: fields.map((field) => ({ field, reason })) }
}

function suggestAllowed(
  { categories, truncated }: CategoricalBinning,
  { counts }: ColumnProfile,
): Suggestion {
  const present = categories.flatMap((category, i) => {
    const rows = counts[i + 1] ?? 0
    return rows > 0 ? [{ category, rows }] : []
  })
  const withheld = (reason: string): Suggestion => ({
    constraints: [],
    withheld: [{ field: 'allowed', reason }],
  })
  if (truncated || present.length > MAX_CATEGORIES)
    return withheld(`the baseline has more than ${MAX_CATEGORIES} categories`)
  const others = counts[categories.length + 1] ?? 0
  if (others > 0) return withheld(`the categories of ${count(others)} rows are not listed in the baseline`)
  const rare = present.filter(({ rows }) => rows < LEAST_ROWS_OF_CATEGORY).length
  if (rare > 0)
    return withheld(
      `${count(rare)} of ${count(present.length)} categories ${rare === 1 ? 'occurs' : 'occur'} only once or twice, so others may have yet to occur`,
    )
  const rows = present.map((one) => one.rows)
  const reason =
    present.length === 1
      ? `the only category in ${count(sum(rows))} rows`
      : `all ${count(present.length)} categories of ${count(sum(rows))} rows; the rarest is in ${count(Math.min(...rows))}`
  return {
    constraints: [{ field: 'allowed', value: present.map(({ category }) => category), reason }],
    withheld: [],
  }
}
