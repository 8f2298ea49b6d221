import type { LabelledProfile } from './labelled-profiles.ts'

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

/** The sums as they are stored; without a row all of them are 0. */
export function lossSumsOf(stored: LabelledProfile | undefined): LossSums {
  const [rows, scored, judged, hits] = stored?.counts ?? [0, 0, 0, 0]
  const [loss, brier, absolute] = stored?.sums ?? [0, 0, 0]
  const [lossSquares, brierSquares] = stored?.squares ?? [0, 0]
  return { rows, scored, judged, hits, loss, lossSquares, brier, brierSquares, absolute }
}
