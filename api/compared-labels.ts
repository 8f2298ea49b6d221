import type { Baseline } from '../control/declared/baselines.ts'
import type { Model } from '../control/declared/model.ts'
import { labelScale, type LabelScale } from '../store/labelled/label-scale.ts'
import {
  readBaselineLabelledSegments,
  type LabelledColumn,
  type LabelledPart,
} from '../store/labelled/labelled-profiles.ts'
import { baselineColumns, type BaselineColumn } from '../store/profiles/baselines.ts'
import { baselineOr409, type ApiContext } from './context.ts'
import { Problem } from './problem.ts'

interface ComparedLabels {
  baseline: Baseline
  columns: readonly BaselineColumn[]
  scale: LabelScale
  /** The sums over the baseline's labelled rows that were asked for. */
  labelled: readonly LabelledColumn[]
}

/** The baseline that performance is compared with; a problem where there is none, or none with labels. */
export async function comparedLabels(
  { store }: Pick<ApiContext, 'store'>,
  model: Model,
  version: string | undefined,
  what: LabelledPart = 'sums',
): Promise<ComparedLabels> {
  const baseline = await baselineOr409({ store }, model, version)
  const columns = await baselineColumns(store, model, baseline)
  const label = columns.find(({ role }) => role === 'label')
  const labelled = label === undefined ? [] : await readBaselineLabelledSegments(store, baseline, [''], what)
  if (label === undefined || labelled.length === 0)
    throw new Problem(
      409,
      'No labels in the baseline',
      `Baseline ${baseline.version} has no labels to compare with.`,
    )
  return { baseline, columns, scale: labelScale(model.task, label.binning), labelled }
}
