/** Runs the golden cases of tests between two samples, and of histogram bins. */
import { equalWidthEdges, quantileEdges } from '../../detectors/reference/bin-edges.ts'
import { distinctValues } from '../../detectors/reference/distinct-values.ts'
import { andersonDarling } from '../../detectors/reference/two-sample/anderson-darling.ts'
import { gTest } from '../../detectors/reference/two-sample/g-test.ts'
import { mannWhitney } from '../../detectors/reference/two-sample/mann-whitney.ts'
import { tTest } from '../../detectors/reference/two-sample/t-test.ts'
import { bin, numbers } from './binning.ts'
import { columnsOf, type GoldenCase } from './case.ts'
import type { Runners } from './outcome.ts'

export const twoSampleRunners: Runners = {
  mann_whitney_u: (golden) => {
    const { alternative, continuity } = golden.params
    if (alternative !== 'two-sided' || !continuity)
      throw new Error('U is two-sided, with continuity correction')
    const { reference, current } = samples(golden)
    const { b, c } = distinctValues(reference, current)
    const test = mannWhitney(b, c)
    return { statistic: test?.u, p_value: test?.pValue }
  },
  t_test: (golden) => {
    const { reference, current } = samples(golden)
    const test = tTest(reference, current, { equalVariances: golden.params.equal_var })
    return { statistic: test?.t, p_value: test?.pValue, df: test?.df }
  },
  g_test: (golden) => {
    const { b, c } = bin(golden)
    const test = gTest(b, c)
    return { statistic: test?.statistic, p_value: test?.pValue, df: test?.df }
  },
  anderson_ksamp: (golden) => {
    if (golden.params.variant !== 'midrank') throw new Error('ties have midranks')
    const { reference, current } = samples(golden)
    const { b, c } = distinctValues(reference, current)
    const test = andersonDarling(b, c)
    return { statistic: test?.statistic, p_value: test?.pValue }
  },
  bin_edges: ({ params: { rule, bins }, ...golden }) => {
    const { reference } = samples({ ...golden, params: {} })
    if (rule === 'quantile') return { edges: quantileEdges(reference, bins) }
    if (rule !== 'doane' && rule !== 'sturges') throw new Error(`unknown rule ${rule}`)
    return { edges: equalWidthEdges(reference, rule) }
  },
}

function samples(golden: GoldenCase): { reference: number[]; current: number[] } {
  const { reference, current } = columnsOf(golden)!
  return { reference: numbers(reference), current: numbers(current) }
}
