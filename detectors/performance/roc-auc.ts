import { sum } from '../../domain/sum.ts'
import { normalInterval } from './interval.ts'
import type { Metric } from './metric.ts'

/** Labelled rows by bins of the score, ascending. Counts that are not whole are fine as well. */
export interface ScoreBins {
  positives: readonly number[]
  negatives: readonly number[]
}

/**
 * The area under the ROC curve: how often a positive row scores higher than a negative one, half credit within a bin.
 * `bound` is what the order within bins could change, `½ sum(pos_i neg_i) / (P N)`.
 *
 * The interval is that of DeLong, DeLong and Clarke-Pearson (1988) over the bins: the variance of each row's share of
 * the other class that it beats.
 * @param single tells which bins hold one score only, where half credit is exact
 * @returns undefined where a class has no rows
 */
export function rocAuc(
  { positives, negatives }: ScoreBins,
  single: readonly boolean[] = [],
): Metric | undefined {
  const [P, N] = [sum(positives), sum(negatives)]
  if (!(P > 0 && N > 0)) return undefined
  let [below, ofPositives, ofPositivesSquared, ofNegativesSquared, unordered] = [0, 0, 0, 0, 0]
  let positivesBelow = 0
  positives.forEach((positive, i) => {
    const negative = negatives[i]
    const beats = (below + negative / 2) / N
    const isBeatenBy = 1 - (positivesBelow + positive / 2) / P
    ofPositives += positive * beats
    ofPositivesSquared += positive * beats ** 2
    ofNegativesSquared += negative * isBeatenBy ** 2
    if (!single[i]) unordered += positive * negative
    below += negative
    positivesBelow += positive
  })
  const area = ofPositives / P
  const variance =
    (ofPositivesSquared / P - area ** 2) / Math.max(P - 1, 1) +
    (ofNegativesSquared / N - area ** 2) / Math.max(N - 1, 1)
  return { ...normalInterval(area, variance, { least: 0, most: 1 }), bound: unordered / 2 / (P * N) }
}
