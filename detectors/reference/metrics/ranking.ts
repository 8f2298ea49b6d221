/** How well scores rank positives above negatives. */
import { sum } from 'simple-statistics'

/** Rows of one score together: weights of positives and of negatives. */
interface Step {
  positives: number
  negatives: number
}

/**
 * Area under the ROC curve, in [0, 1]: the probability that a positive has a higher score than a negative, half credit
 * where they are equal (Mann and Whitney's form; Hanley and McNeil 1982). 0.5 is chance.
 *
 * With probabilities in place of labels it is the ratio of the expected pairs, as in NannyML's estimate: there a row is
 * also paired with itself, which draws the estimate towards 0.5 by the order of 1 / rows.
 * @param scores higher means more likely positive
 * @param labels 1 positive and 0 negative, or the probability of being positive; one a row, in the order of the scores
 * @returns `undefined` when there are only positives or only negatives; NannyML says NaN, scikit-learn before 1.6 raised
 */
export function rocAuc(scores: readonly number[], labels: readonly number[]): number | undefined {
  const steps = stepsOf(scores, labels)
  const positives = sum(steps.map((step) => step.positives))
  const negatives = sum(steps.map((step) => step.negatives))
  if (!(positives > 0 && negatives > 0)) return undefined
  let above = 0
  const areas = steps.map((step) => {
    const area = step.negatives * (above + step.positives / 2)
    above += step.positives
    return area
  })
  return sum(areas) / positives / negatives
}

/**
 * Average precision, in [0, 1]: `sum (recall_k - recall_(k-1)) precision_k` over the distinct scores from the highest
 * on, without interpolation. Chance is the share of positives, not 0.5.
 * @param labels as in {@link rocAuc}
 * @returns `undefined` without positives, where scikit-learn says 0
 */
export function averagePrecision(scores: readonly number[], labels: readonly number[]): number | undefined {
  const steps = stepsOf(scores, labels)
  const positives = sum(steps.map((step) => step.positives))
  if (!(positives > 0)) return undefined
  let found = 0
  let taken = 0
  const terms = steps.map((step) => {
    found += step.positives
    taken += step.positives + step.negatives
    return (step.positives / positives) * (found / taken)
  })
  return sum(terms)
}

/** Equal scores are one step: in which order they come must not matter. */
function stepsOf(scores: readonly number[], labels: readonly number[]): Step[] {
  const steps = new Map<number, Step>()
  scores.forEach((score, row) => {
    const { positives, negatives } = steps.get(score) ?? { positives: 0, negatives: 0 }
    steps.set(score, { positives: positives + labels[row], negatives: negatives + 1 - labels[row] })
  })
  return [...steps].sort(([x], [y]) => y - x).map(([, step]) => step)
}
