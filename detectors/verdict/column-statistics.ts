import { chiSquare } from '../statistics/chi-square.ts'
import { valueCounts, type ColumnInput } from './column-input.ts'
import { groupCounts } from './groups.ts'
import { hellinger } from '../statistics/hellinger.ts'
import { jensenShannon } from '../statistics/jensen-shannon.ts'
import { klDivergence } from '../statistics/kl-divergence.ts'
import { lInfinity } from '../statistics/l-infinity.ts'
import { numericStatistics, type KsMethod } from './numeric-statistics.ts'
import { pearson } from '../statistics/pearson.ts'
import { psi } from '../statistics/psi.ts'
import type { Statistic, StatisticName, Statistics } from './statistic.ts'
import { totalVariation } from '../statistics/total-variation.ts'

/**
 * Every statistic of a column, whatever its verdict. Those of the PSI family are on PSI's unpooled groups, missing
 * among them; KS and Wasserstein on the values alone; chi-square on all listed categories and the rest, which on a
 * list of both sides' categories is the full contingency table.
 */
export function columnStatistics(input: ColumnInput, ksMethod: KsMethod): Statistics {
  const { baseline: b, window: c } = groupCounts(input)
  const { binning, baseline, window } = input
  const ofKind =
    binning.kind === 'numeric'
      ? numericStatistics({ binning, baseline, window }, ksMethod)
      : contingency(valueCounts(binning, baseline), valueCounts(binning, window))
  return finite({
    psi: statistic(psi(b, c), { pValue: pearson(b, c)?.pValue }),
    ...ofKind,
    jensen_shannon: statistic(jensenShannon(b, c)),
    hellinger: statistic(hellinger(b, c)),
    total_variation: statistic(totalVariation(b, c)),
    l_infinity: statistic(lInfinity(b, c)),
    kl_divergence: statistic(klDivergence(b, c)),
  })
}

function contingency(b: readonly number[], c: readonly number[]): Statistics {
  const test = chiSquare(b, c)
  return test
    ? { chi_square: { value: test.statistic, pValue: test.pValue }, cramers_v: { value: test.cramersV } }
    : {}
}

function statistic(value: number | undefined, rest?: Omit<Statistic, 'value'>): Statistic | undefined {
  return value === undefined ? undefined : { value, ...rest }
}

/** Without what is undefined, and without what left the range of doubles. */
function finite(statistics: Partial<Record<StatisticName, Statistic | undefined>>): Statistics {
  return Object.fromEntries(Object.entries(statistics).filter(([, one]) => one && Number.isFinite(one.value)))
}
