/**
 * Sums over the labelled rows of a column, slot by slot as its counts are (see `binning.ts`).
 *
 * Of classes `counts[slot * classes + class]` are rows, the last class being all that are not listed; `sums` and
 * `squares` are empty. Of numbers `counts[slot]` are rows, `sums[slot]` and `squares[slot]` the sums of `y - centre`
 * and of its square.
 */
export interface LabelledProfile {
  counts: readonly number[]
  sums: readonly number[]
  squares: readonly number[]
}
