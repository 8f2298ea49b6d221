/** Runs the golden cases of what compares two columns over bins, categories or values. */
import { chiSquare } from '../../detectors/statistics/chi-square.ts'
import type { ZeroFill } from '../../detectors/statistics/counts.ts'
import { hellinger } from '../../detectors/statistics/hellinger.ts'
import { jensenShannon } from '../../detectors/statistics/jensen-shannon.ts'
import { klDivergence } from '../../detectors/statistics/kl-divergence.ts'
import { kolmogorovLimitSf } from '../../detectors/statistics/kolmogorov-distribution.ts'
import { ksPValue, ksStatistic } from '../../detectors/statistics/kolmogorov-smirnov.ts'
import { lInfinity } from '../../detectors/statistics/l-infinity.ts'
import { psi } from '../../detectors/statistics/psi.ts'
import { spreadOfValues } from '../../detectors/statistics/spread.ts'
import { totalVariation } from '../../detectors/statistics/total-variation.ts'
import { twoProportion } from '../../detectors/statistics/two-proportion.ts'
import { wassersteinExact } from '../../detectors/statistics/wasserstein.ts'
import { bin, byValue, numbers, type Binned } from './binning.ts'
import { columnsOf, type GoldenCase } from './case.ts'
import type { Runner, Runners } from './outcome.ts'
import { permutationP } from './permutation.ts'

export const columnRunners: Runners = {
  psi: overBins(({ b, c }, { zero_fill, log }) => {
    if (log !== 'e' || zero_fill.renormalise) throw new Error('PSI is in nats, of shares as they are filled')
    return psi(b, c, { zeroFill: zeroFill(zero_fill) })
  }),
  jensen_shannon: overBins(({ b, c }, { base }) =>
    jensenShannon(b, c, { base: base === 'e' ? Math.E : base }),
  ),
  hellinger: overBins(({ b, c }) => hellinger(b, c)),
  l_infinity: overBins(({ b, c }) => lInfinity(b, c)),
  kl_divergence: overBins(({ b, c }, { zero_fill, renormalise, direction }) =>
    klDivergence(b, c, {
      direction: direction === 'KL(current||reference)' ? 'window_to_baseline' : 'baseline_to_window',
      zeros: zero_fill
        ? {
            fill: zeroFill(zero_fill),
            renormalise: renormalise ?? zero_fill.rule.endsWith('renormalise both'),
          }
        : 'keep',
    }),
  ),
  total_variation: (golden) => {
    const { b, c } = bin(golden)
    const statistic = totalVariation(b, c)
    if (statistic === undefined || !golden.params.p_value) return { statistic }
    return { statistic, p_value: permutationP(b, c, totalVariation, 1000) }
  },
  chi_square: (golden) => {
    const { b, c } = bin(golden)
    const { table, yates } = golden.params
    const test = chiSquare(b, c, {
      yates,
      table: table.startsWith('goodness of fit') ? 'goodness_of_fit' : 'homogeneity',
    })
    return { statistic: test?.statistic, p_value: test?.pValue, df: test?.df }
  },
  ks_2samp: (golden) => {
    const { reference, current } = numericColumns(golden)
    const { b, c } = byValue(reference, current)
    const { alternative, p_method } = golden.params
    const statistic = ksStatistic(b, c, alternative)
    if (statistic === undefined) return { statistic }
    const [nB, nC] = [reference.length, current.length]
    const limit = p_method === 'kolmogorov_limit'
    if (!limit && !p_method.startsWith('exact')) throw new Error(`unknown p_method ${p_method}`)
    return {
      statistic,
      p_value: limit
        ? kolmogorovLimitSf(statistic * Math.sqrt((nB * nC) / (nB + nC)))
        : ksPValue(statistic, nB, nC, 'exact', alternative),
    }
  },
  wasserstein: (golden) => {
    const { reference, current } = numericColumns(golden)
    const { keys, b, c } = byValue(reference, current)
    const values = keys as number[]
    const distance = wassersteinExact(values, b, c)
    return { statistic: distance && distance / unit(golden.params.normalise, spreadOfValues(values, b) ?? 0) }
  },
  z_test_two_proportion: (golden) => {
    const columns = columnsOf(golden)!
    const hits = (column: readonly unknown[]) => column.filter((value) => value === '1').length
    const { reference, current } = columns
    const { alternative } = golden.params
    const test = twoProportion(hits(reference), reference.length, hits(current), current.length, alternative)
    return { statistic: test?.z, p_value: test?.pValue }
  },
}

function overBins(statistic: (binned: Binned, params: GoldenCase['params']) => number | undefined): Runner {
  return (golden) => {
    const binned = bin(golden)
    return {
      statistic: statistic(binned, golden.params),
      keys: binned.keys,
      inner_edges: binned.inner_edges,
      reference_bin_counts: binned.b,
      current_bin_counts: binned.c,
    }
  }
}

function zeroFill({ rule, eps }: { rule: string; eps: number }): ZeroFill {
  if (rule.startsWith('replace zero proportions')) return eps
  if (!rule.startsWith('evidently')) throw new Error(`unknown rule ${rule}`)
  return (shares) => {
    const smallest = Math.min(...shares.filter((share) => share > 0))
    return smallest <= eps ? smallest / 1e6 : eps
  }
}

function unit(normalise: string | null, spread: number): number {
  if (normalise === null) return 1
  if (normalise === 'std_ref') return spread
  if (normalise === 'population std of reference (ddof=0), floored at 0.001') return Math.max(spread, 0.001)
  throw new Error(`unknown normalisation ${normalise}`)
}

function numericColumns(golden: GoldenCase): { reference: number[]; current: number[] } {
  const columns = columnsOf(golden)!
  return { reference: numbers(columns.reference), current: numbers(columns.current) }
}
