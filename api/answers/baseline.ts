import type { Baseline } from '../../control/declared/baselines.ts'

/**
 * A baseline as it is answered. What it is split by `/segments` lists.
 * @param labelled the baselines that have labels
 */
export function baselineAnswer(
  { createdAt, segments: _, ...baseline }: Baseline,
  labelled: ReadonlySet<number>,
) {
  return { ...baseline, has_labels: labelled.has(baseline.version), created_at: createdAt }
}
