import type { ColumnBinning } from '../../store/profiles/binning.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import { gradeOf } from '../verdict/decide.ts'
import { count, effect, figure, percent, withinChance } from '../verdict/phrases.ts'
import type { ConceptBin } from './bin.ts'
import { brokenBins } from './broken-bins.ts'
import type { ConceptChange } from './change.ts'
import type { ConceptJudgement, ConceptRule } from './judge-concept.ts'
import { slotLabel } from './slot-label.ts'

export interface ConceptContext {
  column: string
  binning: ColumnBinning
  scale: LabelScale
}

/** One plain sentence on why the verdict is what it is. Names of categories and classes come in as they are. */
export function explainConcept(
  { verdict, reason, rows, change }: ConceptJudgement,
  context: ConceptContext,
  { thresholds, minRows }: ConceptRule,
): string {
  const relation = `how the label relates to "${context.column}"`
  const chance = () => {
    const least = Math.min(rows.baseline, rows.window)
    const side = rows.baseline < rows.window ? 'baseline' : 'window'
    return withinChance(
      { what: `Change in ${relation}: effect`, rows: `${count(least)} labelled rows in the ${side}` },
      change!,
      thresholds,
    )
  }
  switch (reason) {
    case 'empty':
      return `The ${rows.window > 0 ? 'baseline' : 'window'} has no labelled rows.`
    case 'too_few_rows':
      return `Too few labelled rows for a verdict: ${count(rows.baseline)} in the baseline and ${count(rows.window)} in the window; each side needs at least ${count(minRows)}.`
    case 'too_large':
      return 'Some labels are so large that their mean cannot be compared: look for broken ones, such as 1e300.'
    case 'too_few_bins':
      return `The ${count(rows.window)} labelled rows in the window are too few, or too similar, to compare ${relation}.`
    case 'not_significant':
      return chance()
    case 'noise_floor':
      return gradeOf(change!.effect, thresholds) !== 'ok'
        ? chance()
        : `With ${count(rows.window)} labelled rows, a change in ${relation} with an effect below ${effect(change!.noiseFloor)} cannot be distinguished from chance.`
    case 'concept':
      return `At the same values, labels differ by an effect of ${effect(change!.effect)} (${verdict} threshold ${effect(thresholds[verdict as 'warning' | 'critical'])})${mostly(change!, context)}.`
    case 'stable':
      return `No change in ${relation} is both significant and large enough: effect ${effect(change!.effect)} (warning threshold ${effect(thresholds.warning)}).`
  }
}

/** Where it changed most: the bin, and of classes the one, that adds most to the effect. */
function mostly(change: ConceptChange, { binning, scale }: ConceptContext): string {
  const [top] = brokenBins(change)
  if (top === undefined) return ''
  return `, mostly at ${slotLabel(binning, top.bin.slots)}, ${fromTo(scale, top.bin, top.k)}`
}

function fromTo(scale: LabelScale, { baseline, window }: ConceptBin, k: number): string {
  if (scale.kind === 'number')
    return `where the mean label went from ${figure(scale.centre + baseline[0])} to ${figure(scale.centre + window[0])}`
  const name = k < scale.classes.length ? `"${scale.classes[k]}"` : 'other labels'
  return `where ${name} went from ${percent(baseline[k])} to ${percent(window[k])} of rows`
}
