/**
 * Confidence-based performance estimation, the idea of NannyML's CBPE: where probabilities are calibrated, they tell how
 * many predictions will turn out right before any label is there. It holds as long as P(Y given X) is what it was, that
 * is, without concept drift; then compare it with what the labels say.
 */
import type { ConfusionCounts, ConfusionMatrix } from '../metrics/confusion.ts'

/**
 * The confusion matrix to be expected of binary predictions, in rows: a row predicted positive is a true positive with
 * its probability, and a false one with the rest.
 * @param probabilities calibrated, of the positive class, in [0, 1]
 * @param predicted 1 positive, 0 negative, by the *uncalibrated* score, as the model decides; one a row
 */
export function expectedCounts(
  probabilities: readonly number[],
  predicted: readonly number[],
): ConfusionCounts {
  const rows = probabilities.map((p) => [1 - p, p])
  const [[tn, fp], [fn, tp]] = expectedConfusion(rows, predicted, 2)
  return { tp, fp, fn, tn }
}

/**
 * The confusion matrix to be expected of class predictions: `matrix[i][j]` is the sum of the probability of class i over
 * the rows predicted j.
 * @param probabilities calibrated; a row's are those of all classes, in [0, 1], and add up to 1
 * @param predicted class indices from 0, below `classes`; one a row
 */
export function expectedConfusion(
  probabilities: readonly (readonly number[])[],
  predicted: readonly number[],
  classes: number,
): ConfusionMatrix {
  const matrix = Array.from({ length: classes }, () => Array<number>(classes).fill(0))
  probabilities.forEach((row, i) => row.forEach((p, truth) => (matrix[truth][predicted[i]] += p)))
  return matrix
}
