import { COMPARISON_LEVEL } from '../../detectors/verdict/comparison-level.ts'
import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import type { Comparison } from './compare-files.ts'
import { label, listed } from './names.ts'
import type { ReportColumn } from './report.ts'
import { pad, wrap, plural } from '../shared/text.ts'

const TERM_WIDTH = 11
/** A cell of one value is as wide as the gap to the next double, which leaves a bound in name only. */
const NEGLIGIBLE = 1e-9

/** What the figures of the table mean and how exact they are, as terms with their meaning. */
export function legendEntries(comparison: Comparison): (readonly [term: string, meaning: string])[] {
  const { columns } = comparison.report
  const { warning, critical } = DEFAULT_RULE.thresholds
  return [
    [
      'verdict',
      `drift is statistically significant (level ${COMPARISON_LEVEL} over ${plural(columns.length, 'column')}) and its effect reaches a threshold`,
    ],
    [
      'effect',
      `PSI above noise, with rare categories pooled; warning threshold ${warning}, critical threshold ${critical}`,
    ],
    ['noise floor', 'the smallest effect that this many rows can distinguish from chance'],
    ['D, V, p', 'numeric: Kolmogorov–Smirnov; categorical: Cramér’s V and chi-square'],
    ['accuracy', comparison.exact ? 'exact: every value was counted' : accuracy(comparison)],
  ]
}

/** The same in lines of at most `width` cells. */
export function legendLines(comparison: Comparison, width: number): string[] {
  return legendEntries(comparison).flatMap(([term, text]) =>
    wrap(text, width - TERM_WIDTH - 2).map(
      (line, i) => `${pad(i === 0 ? term : '', TERM_WIDTH, 'left')}  ${line}`,
    ),
  )
}

function accuracy({ report: { columns }, truncated }: Comparison): string {
  const [ks, wasserstein] = [largestBound(columns, 'ks'), largestBound(columns, 'wasserstein')]
  const short = [
    ...(ks.bound > NEGLIGIBLE ? [`the exact D is higher by at most ${amount(ks)}`] : []),
    ...(wasserstein.bound > NEGLIGIBLE
      ? [`the exact Wasserstein distance by at most ${amount(wasserstein, ' standard deviations')}`]
      : []),
    ...(truncated.length > 0 ? [`rare categories are counted together: ${listed(truncated)}`] : []),
  ]
  return `counted in bins (--exact counts every value): ${short.length > 0 ? short.join('; ') : 'all figures are exact anyway'}`
}

interface Bound {
  column: string
  bound: number
}

function largestBound(columns: readonly ReportColumn[], name: 'ks' | 'wasserstein'): Bound {
  const bounds = columns.flatMap(({ column, statistics: { [name]: statistic } }) =>
    // A bound without a limit has no place in the report.
    statistic ? [{ column, bound: statistic.bound ?? Infinity }] : [],
  )
  return bounds.reduce((worst, one) => (one.bound > worst.bound ? one : worst), { column: '', bound: 0 })
}

function amount({ column, bound }: Bound, unit = ''): string {
  return `${Number.isFinite(bound) ? bound.toPrecision(2) + unit : 'an unknown amount'} (${label(column)})`
}
