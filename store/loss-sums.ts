/**
 * Sums over the labelled rows of a model, from which its performance follows. A loss is the log loss of a score
 * (clipped to [1e-15, 1 - 1e-15], in nats), or of a regression the squared error.
 */
export interface LossSums {
  /** Labelled rows. */
  rows: number
  /** Those of them with a score, or of a regression with a prediction: the rows of the losses. */
  scored: number
  /** Those with a predicted class, and those of them whose class is the label. Of a regression 0. */
  judged: number
  hits: number
  loss: number
  lossSquares: number
  /** Squared distances of scores from the labels: (score - y)², or of several classes their sum over classes. */
  brier: number
  brierSquares: number
  /** Absolute errors, of a regression. */
  absolute: number
}
