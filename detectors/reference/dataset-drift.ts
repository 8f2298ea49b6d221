export interface DatasetDrift {
  /** Columns that drifted, of all that were tested; in [0, 1]. */
  share: number
  drifted: boolean
}

/**
 * Has the data set as a whole drifted: have at least `threshold` of its columns? Evidently's rule, 0.5 there. It says
 * nothing of how much or which, and one column that matters is outvoted by nine that do not.
 * @param columns whether each tested column drifted; leave out those without a verdict
 * @param threshold in (0, 1]
 * @returns `undefined` without columns
 */
export function datasetDrift(columns: readonly boolean[], threshold = 0.5): DatasetDrift | undefined {
  if (columns.length === 0) return undefined
  const share = columns.filter(Boolean).length / columns.length
  return { share, drifted: share >= threshold }
}
