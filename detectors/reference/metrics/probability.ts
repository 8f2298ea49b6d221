/** How good predicted probabilities are, whatever class is made of them. Both are 0 at best. */
import { mean } from 'simple-statistics'

/** Scores are clipped to [1e-15, 1 - 1e-15]: one certain and wrong prediction must not make the mean infinite. */
const CLIP = 1e-15

/**
 * Log loss (cross-entropy), in nats, from 0 to 34.5: the mean of `-ln p`. A guess of 1/K for each of K classes has
 * `ln K`.
 * @param probabilities of each row, the one that the model gave to the class that turned out true (binary: the score
 * of a positive, 1 - score of a negative)
 * @returns `undefined` without rows
 */
export function logLoss(probabilities: readonly number[]): number | undefined {
  if (probabilities.length === 0) return undefined
  return mean(probabilities.map((p) => -Math.log(Math.min(Math.max(p, CLIP), 1 - CLIP))))
}

/**
 * Brier score of a binary model, in [0, 1]: the mean of `(score - label)²` (Brier 1950, halved as is usual with two
 * classes).
 * @param scores probability of the positive class
 * @param labels 1 positive, 0 negative; one a row, in the order of the scores
 * @returns `undefined` without rows
 */
export function brierScore(scores: readonly number[], labels: readonly number[]): number | undefined {
  return scores.length > 0 ? mean(scores.map((score, row) => (score - labels[row]) ** 2)) : undefined
}
