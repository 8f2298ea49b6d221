/** Metrics of class predictions, from a confusion matrix of counts, or of expected counts. */
import { mean, sum } from 'simple-statistics'

/** `matrix[true class][predicted class]`, square, no entry negative; entries need not be whole. */
export type ConfusionMatrix = readonly (readonly number[])[]

/** One class against all others. */
export interface ConfusionCounts {
  tp: number
  fp: number
  fn: number
  tn: number
}

/** Each in [0, 1]; `undefined` where nothing is counted that it is a share of. */
export interface ClassMetrics {
  /** Of those predicted positive, the share that is: undefined when none is predicted so. */
  precision: number | undefined
  /** Of the positives, the share predicted so (sensitivity): undefined without positives. */
  recall: number | undefined
  /** Of the negatives, the share predicted so: undefined without negatives. */
  specificity: number | undefined
  /** Harmonic mean of precision and recall as `2 tp / (2 tp + fp + fn)`: undefined when that is 0 / 0. */
  f1: number | undefined
}

/**
 * Counts rows by true and by predicted class.
 * @param actual, predicted class indices from 0, below `classes`; one a row, in the same order
 */
export function confusionMatrix(
  actual: readonly number[],
  predicted: readonly number[],
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => Array<number>(classes).fill(0))
  actual.forEach((truth, row) => (matrix[truth][predicted[row]] += 1))
  return matrix
}

/** The matrix as it looks to class `k`, with all other classes as one. */
export function oneAgainstRest(matrix: ConfusionMatrix, k: number): ConfusionCounts {
  const tp = matrix[k][k]
  const fp = sum(matrix.map((row) => row[k])) - tp
  const fn = sum([...matrix[k]]) - tp
  return { tp, fp, fn, tn: rowsOf(matrix) - tp - fp - fn }
}

/**
 * Metrics of the positive class. scikit-learn and NannyML say 0 where these are undefined, which cannot be told from
 * a model that is always wrong.
 */
export function classMetrics({ tp, fp, fn, tn }: ConfusionCounts): ClassMetrics {
  return {
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    specificity: share(tn, tn + fp),
    f1: share(2 * tp, 2 * tp + fp + fn),
  }
}

/**
 * Unweighted means over the classes, each against the rest. A class that occurs on neither side is left out. For one
 * that occurs, a metric without a value (the precision of a class never predicted) counts as 0, as scikit-learn has
 * it: a mean over the others alone would reward a model for giving a class up.
 * @returns all `undefined` when the matrix is empty
 */
export function macroMetrics(matrix: ConfusionMatrix): ClassMetrics {
  const counts = matrix.map((_, k) => oneAgainstRest(matrix, k)).filter(({ tp, fp, fn }) => tp + fp + fn > 0)
  const metrics = counts.map(classMetrics)
  const average = (name: keyof ClassMetrics) =>
    metrics.length > 0 ? mean(metrics.map((one) => one[name] ?? 0)) : undefined
  return {
    precision: average('precision'),
    recall: average('recall'),
    specificity: average('specificity'),
    f1: average('f1'),
  }
}

/** Share of rows predicted as what they are, in [0, 1]; `undefined` without rows. */
export function accuracy(matrix: ConfusionMatrix): number | undefined {
  return share(sum(matrix.map((row, k) => row[k])), rowsOf(matrix))
}

/**
 * What the predictions are worth: the sum of `matrix[i][j] · values[i][j]`.
 * @param values gain (or, negative, cost) of predicting class j where i is true, in a unit of the user's
 */
export function businessValue(matrix: ConfusionMatrix, values: ConfusionMatrix): number {
  return sum(matrix.flatMap((row, i) => row.map((rows, j) => rows * values[i][j])))
}

function rowsOf(matrix: ConfusionMatrix): number {
  return sum(matrix.flat())
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined
}
