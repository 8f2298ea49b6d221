import { sum } from '../../domain/sum.ts'
import type { LabelledProfile } from '../../store/labelled/labelled-profiles.ts'
import { chiSquareIsf, chiSquareSf } from '../statistics/tails.ts'
import type { ConceptBin } from './bin.ts'
import { cellsOf, labelledRows, type ConceptInput } from './cell.ts'
import { mergeCells } from './merge.ts'

/** Labels that deviate by less than this share of their distance from the centre do not differ, but for rounding. */
const MIN_DEVIATION = 1e-6

/** How labels changed given the column. */
export interface ConceptChange {
  /** In the order of the column; cells that could not be tested are in none. */
  bins: readonly ConceptBin[]
  /** Share of the window's labelled rows that lie in bins, 0 to 1. */
  coverage: number
  /** Chi-square over all bins, its degrees of freedom and upper tail. */
  statistic: number
  df: number
  pValue: number
  /**
   * Root mean square change of the rate over the window's rows, freed of its noise, over the smaller of the rate and
   * its complement in the baseline; of several classes the largest; of numbers over the label's standard deviation.
   */
  effect: number
  /** The smallest effect that these numbers of rows tell from chance at the level. Infinity without bins. */
  noiseFloor: number
}

/**
 * Whether P(Y given X) changed: the labels of both sides are compared within bins of one column, so that a shift of
 * the column itself is no change. Within a bin rows are taken to be alike.
 * @param alpha level of the test, for the noise floor
 */
export function conceptChange(input: ConceptInput, alpha: number): ConceptChange {
  const kind = input.classes === undefined ? 'number' : 'classes'
  const bins = mergeCells(cellsOf(input), { ordered: input.ordered, kind })
  const add = (of: (bin: ConceptBin) => number) => bins.reduce((sum, bin) => sum + of(bin), 0)
  const statistic = add((bin) => bin.statistic)
  const df = add((bin) => bin.df)
  const covered = add(({ rows }) => rows.window)
  const all = labelledRows(input.window)
  const needed = df === 0 ? 0 : chiSquareIsf(alpha, df) - df
  const scales = scalesOf(input)
  const relative = (square: number, k: number) => (square > 0 ? Math.sqrt(square) / scales[k] : 0)
  const effects = scales.map((_, k) =>
    relative(
      add(({ rows, baseline, window, variances, alone }) =>
        alone[k] ? (rows.window / covered) * ((window[k] - baseline[k]) ** 2 - variances[k]) : 0,
      ),
      k,
    ),
  )
  const floors = scales.map((_, k) =>
    relative(
      (add(({ rows, variances }) => (rows.window / covered) * variances[k]) * needed) / bins.length,
      k,
    ),
  )
  const tested = scales.map((_, k) => bins.some(({ alone }) => alone[k]))
  return {
    bins,
    coverage: all > 0 ? covered / all : 0,
    statistic,
    df,
    pValue: chiSquareSf(statistic, df),
    effect: Math.max(0, ...effects),
    noiseFloor: Math.min(Infinity, ...floors.filter((_, k) => tested[k])),
  }
}

/** What changes are measured by: of each class the smaller of its share and the rest, of numbers their deviation. */
function scalesOf({ classes, baseline, window }: ConceptInput): number[] {
  const rows = labelledRows(baseline)
  if (classes === undefined) return [labelDeviation(baseline, window)]
  return Array.from({ length: classes }, (_, k) => {
    const share = sum(baseline.counts.filter((_, i) => i % classes === k)) / rows
    // A class that the baseline does not have is as rare as half a row.
    return Math.max(Math.min(share, 1 - share), 0.5 / rows)
  })
}

/** The baseline's standard deviation, or where its labels are all alike a trifle of those of both sides. */
function labelDeviation(baseline: LabelledProfile, window: LabelledProfile): number {
  const rows = labelledRows(baseline)
  const variance = sum(baseline.squares) / rows - (sum(baseline.sums) / rows) ** 2
  const meanSquare = (sum(baseline.squares) + sum(window.squares)) / (rows + labelledRows(window))
  return Math.sqrt(Math.max(variance, MIN_DEVIATION ** 2 * meanSquare))
}
