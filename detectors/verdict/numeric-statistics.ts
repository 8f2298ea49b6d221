import { sum } from 'simple-statistics'
import { cellValues, type NumericBinning } from '../../store/profiles/binning.ts'
import { valueCounts, type ColumnInput } from './column-input.ts'
import { totals } from '../statistics/counts.ts'
import { ksPValue, ksStatistic } from '../statistics/kolmogorov-smirnov.ts'
import { powerOfTwo, spreadOfSums, spreadOfValues } from '../statistics/spread.ts'
import type { Statistic, Statistics } from './statistic.ts'
import { wassersteinBinned, wassersteinExact } from '../statistics/wasserstein.ts'

type NumericInput = ColumnInput<NumericBinning>

/** `auto` is exact up to n_b · n_c = 1e6; `exact` costs about n_b · n_c steps. */
export type KsMethod = 'asymptotic' | 'auto' | 'exact'

const EXACT_PRODUCT = 1e6

/** Kolmogorov–Smirnov and Wasserstein over the values of a column, missing apart. */
export function numericStatistics(input: NumericInput, ksMethod: KsMethod): Statistics {
  const ks = kolmogorovSmirnov(input, ksMethod)
  const distance = input.binning.exact ? exactDistance(input) : binnedDistance(input)
  return { ...(ks && { ks }), ...(distance && { wasserstein: distance }) }
}

function kolmogorovSmirnov(
  { binning, baseline, window }: NumericInput,
  method: KsMethod,
): Statistic | undefined {
  const [b, c] = [valueCounts(binning, baseline), valueCounts(binning, window)]
  const n = totals(b, c)
  const value = ksStatistic(b, c)
  if (!n || value === undefined) return undefined
  const exact = method === 'exact' || (method === 'auto' && n.nB * n.nC <= EXACT_PRODUCT)
  const pValue = ksPValue(value, n.nB, n.nC, exact ? 'exact' : 'asymptotic')
  // Inside a cell of several values F_b - F_c may rise further, at most by all that the baseline has there.
  const single = cellValues(binning)
  const unresolved = b.reduce((max, rows, i) => (rows > max && single[i] === undefined ? rows : max), 0)
  return { value, pValue, bound: Math.min(unresolved / n.nB, 1 - value) }
}

/** Over the distinct values of both sides, scaled so that no difference leaves the range of doubles. */
function exactDistance({ binning, baseline, window }: NumericInput): Statistic | undefined {
  const occupied = binning.edges.flatMap((value, i) => {
    const [b, c] = [baseline.counts[i + 1] ?? 0, window.counts[i + 1] ?? 0]
    return b > 0 || c > 0 ? [{ value, b, c }] : []
  })
  const scale = powerOfTwo(occupied.map(({ value }) => value))
  const values = occupied.map(({ value }) => value / scale)
  const b = occupied.map((one) => one.b)
  const spread = spreadOfValues(values, b)
  const distance = wassersteinExact(
    values,
    b,
    occupied.map((one) => one.c),
  )
  return spread && distance !== undefined ? { value: distance / spread, bound: 0 } : undefined
}

function binnedDistance({ binning, baseline, window }: NumericInput): Statistic | undefined {
  const [b, c] = [valueCounts(binning, baseline), valueCounts(binning, window)]
  const sums = (values: readonly number[]) => b.map((_, i) => values[i + 1] ?? 0)
  const [bSums, cSums] = [sums(baseline.sums), sums(window.sums)]
  const single = cellValues(binning)
  const distance = wassersteinBinned({ ...binning, values: single }, b, c, bSums, cSums)
  const discrete = b.every((rows, i) => rows === 0 || single[i] !== undefined)
  const spread = discrete
    ? spreadOfValues(
        single.map((value) => value ?? 0),
        b,
      )
    : spreadOfSums(sum(b), sum(bSums), baseline.squares)
  return spread && distance ? { value: distance.value / spread, bound: distance.bound / spread } : undefined
}
