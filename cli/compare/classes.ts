import type { ColumnInput } from '../../detectors/verdict/column-input.ts'

/** What a baseline file calls them. */
const OUTCOMES: readonly string[] = ['label', 'prediction']

/**
 * Whether a column's values are judged as classes: it is a label or prediction by its name or by request, or it has no
 * more than two values, as most targets do, whatever they are called.
 */
export function holdsClasses(
  name: string,
  { binning, baseline }: ColumnInput,
  labels: readonly string[],
): boolean {
  const values = valuesOf({ binning, baseline })
  if (values === undefined) return false
  return values <= 2 || OUTCOMES.includes(name) || labels.includes(name)
}

/** How many values the baseline has; undefined where they are too many to be classes. */
function valuesOf({ binning, baseline }: Pick<ColumnInput, 'binning' | 'baseline'>): number | undefined {
  if (binning.kind === 'numeric')
    return binning.groups.by === 'value' ? binning.groups.values.length : undefined
  return binning.categories.filter((_, i) => baseline.counts[i + 1] > 0).length
}
