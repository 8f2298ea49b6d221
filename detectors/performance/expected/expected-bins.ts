import { sum } from '../../../domain/sum.ts'
import { MIN_SCORE } from '../estimate.ts'
import { meanErrors, monotoneRates, type BinRates } from './bin-rates.ts'
import type { ExpectedBins } from './expected-change.ts'
import type { Bins, ExpectedInput, Group, HitRates, ScoreBins } from './expected-input.ts'

/** Both sides by bins, with the errors that the rates give; undefined where the baseline gives no rates. */
export interface ExpectedSides {
  rates: BinRates
  baseline: ExpectedBins
  window: ExpectedBins
}

/** Undefined as well where accuracy is asked for and a side has no classes. */
export function expectedSides(input: ExpectedInput): ExpectedSides | undefined {
  switch (input.task) {
    case 'binary': {
      const { baseline, window, metric } = input
      const rates = monotoneRates(input.rates.hits, input.rates.rows)
      if (rates === undefined) return undefined
      if (metric !== 'accuracy') {
        const errors = metric === 'brier' ? brierError : logError
        return both(rates, baseline, window, (side) => scoreErrors(side, rates.values, errors))
      }
      if (baseline.positiveShare === undefined || window.positiveShare === undefined) return undefined
      return both(rates, baseline, window, (side) => classErrors(side, rates.values))
    }
    case 'multiclass': {
      const rates = groupedRates(input.rates)
      return both(rates, input.baseline, input.window, (side) => ({
        rows: side.rows,
        error: rates.values.map((rate) => 1 - rate),
        slope: rates.values.map(() => -1),
        within: rates.values.map(() => 0),
      }))
    }
    case 'regression': {
      const rates = meanErrors(input.rates)
      return both(rates, input.baseline, input.window, (side) => ({
        rows: side.rows,
        error: rates.values,
        slope: rates.values.map(() => 1),
        within: rates.values.map(() => 0),
      }))
    }
  }
}

function both<Side>(
  rates: BinRates,
  baseline: Side,
  window: Side,
  of: (side: Side) => ExpectedBins,
): ExpectedSides {
  return { rates, baseline: of(baseline), window: of(window) }
}

/** The expected error at a score where the rate of positive labels is `rate`, and its slopes in rate and score. */
type ErrorAt = (score: number, rate: number) => { error: number; slope: number; byScore: number }

const logError: ErrorAt = (mean, rate) => {
  const score = Math.min(Math.max(mean, MIN_SCORE), 1 - MIN_SCORE)
  const [positive, negative] = [-Math.log(score), -Math.log1p(-score)]
  return {
    error: rate * positive + (1 - rate) * negative,
    slope: positive - negative,
    byScore: (1 - rate) / (1 - score) - rate / score,
  }
}

const brierError: ErrorAt = (score, rate) => ({
  error: rate * (1 - score) ** 2 + (1 - rate) * score ** 2,
  slope: (1 - score) ** 2 - score ** 2,
  byScore: 2 * (score - rate),
})

/** Errors at the mean score of each bin. */
function scoreErrors(side: ScoreBins, rates: readonly number[], errorAt: ErrorAt): ExpectedBins {
  const bins = side.rows.map((rows, i) =>
    rows === 0 ? { error: 0, slope: 0, byScore: 0 } : errorAt(side.scores[i] / rows, rates[i]),
  )
  return {
    rows: side.rows,
    error: bins.map(({ error }) => error),
    slope: bins.map(({ slope }) => slope),
    // Near 0 and 1 the slope of the log loss has no bound, but a bin's errors spread no more than they are large.
    within: bins.map(({ error, byScore }) => Math.min(byScore ** 2 * side.within, error ** 2)),
  }
}

/** How often the class is wrong, the highest scores being those of the predictions that are positive. */
function classErrors({ rows, positiveShare = 0 }: ScoreBins, rates: readonly number[]): ExpectedBins {
  let negative = sum(rows) * (1 - positiveShare)
  const below = rows.map((count) => {
    const share = count === 0 ? 0 : Math.min(count, negative) / count
    negative -= share * count
    return share
  })
  return {
    rows,
    error: below.map((share, i) => share * rates[i] + (1 - share) * (1 - rates[i])),
    slope: below.map((share) => 2 * share - 1),
    within: below.map((share, i) => share * (1 - share) * (1 - 2 * rates[i]) ** 2),
  }
}

/** How often each class is right at its score; NaN of classes that the baseline never predicted. */
function groupedRates({ rows, hits, groups }: HitRates & { groups: readonly Group[] }): BinRates {
  const values = rows.map(() => NaN)
  const parts = rows.map((): BinRates['parts'][number] => [])
  const variances: number[] = []
  for (const { from, to } of groups) {
    const own = monotoneRates(hits.slice(from, to), rows.slice(from, to))
    if (own === undefined) continue
    own.values.forEach((value, i) => {
      values[from + i] = value
      parts[from + i] = own.parts[i].map(({ of, weight }) => ({ of: of + variances.length, weight }))
    })
    variances.push(...own.variances)
  }
  return { values, parts, variances }
}

/** Predictions of a side of which the baseline tells no error. */
export function unknownRows({ rows, unbinned = 0 }: Bins, { values }: BinRates): number {
  return unbinned + sum(rows.map((count, i) => (Number.isNaN(values[i]) ? count : 0)))
}
