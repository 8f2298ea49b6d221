import { boundBaselines } from '../../control/declared/baseline-bindings.ts'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Reference } from './run-request.ts'
import type { Slice } from './slices.ts'

/** Slices of a monitor that are compared over the bins of one stored baseline. */
export interface Comparison extends Reference {
  slices: readonly Slice[]
}

/**
 * The slices of a monitor by what they are compared with. A monitor that names no baseline of its own compares a version
 * that is bound to one with that. The first comparison is by the monitor's baseline, and has the whole model.
 */
export async function comparisonsOf(
  store: Store,
  model: Model,
  { baseline: choice }: Pick<Monitor, 'baseline'>,
  reference: Reference,
  slices: readonly Slice[],
): Promise<Comparison[]> {
  const isSplit = slices.some(({ version }) => version !== '')
  if (choice !== 'training' || !isSplit) return [{ ...reference, slices }]
  const bound = await boundBaselines(store.control, model.name)
  const comparisons: Comparison[] = [
    { ...reference, slices: slices.filter(({ version }) => !bound.has(version)) },
  ]
  for (const slice of slices) {
    const baseline = bound.get(slice.version)
    if (baseline !== undefined)
      comparisons.push({
        baseline,
        columns: await baselineColumns(store, model, baseline),
        slices: [slice],
      })
  }
  return comparisons
}
