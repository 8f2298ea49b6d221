import { activeBaseline } from '../../control/declared/baselines.ts'
import { baselineColumn } from '../profiles/baselines.ts'
import type { Store } from '../engine/client.ts'
import { modelColumns, type Model } from '../../control/declared/model.ts'

/**
 * The classes of a model: those that its active baseline has seen as a prediction or a label, and the declared positive
 * one. Undefined where there is no baseline, or more classes than it lists.
 */
export async function knownClasses(store: Store, model: Model): Promise<ReadonlySet<string> | undefined> {
  if (model.task === 'regression') return undefined
  const baseline = await activeBaseline(store.control, model.name)
  if (baseline === undefined) return undefined
  const classes = new Set(model.positive === undefined ? [] : [model.positive])
  let isListed = false
  for (const column of modelColumns(model)) {
    if (column.role !== 'prediction' && column.role !== 'label') continue
    const binning = (await baselineColumn(store, baseline, column))?.binning
    if (binning?.kind !== 'categorical') continue
    if (binning.truncated) return undefined
    isListed ||= binning.categories.length > 0
    for (const category of binning.categories) classes.add(category)
  }
  return isListed ? classes : undefined
}
