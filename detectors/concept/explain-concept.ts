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
  const given = `given "${context.column}"`
  const chance = () => {
    const least = Math.min(rows.baseline, rows.window)
    const of = rows.baseline < rows.window ? 'the baseline' : 'the window'
    return withinChance(
      { what: `Change of labels ${given}: effect`, rows: `${count(least)} labelled rows of ${of}` },
      change!,
      thresholds,
    )
  }
  switch (reason) {
    case 'empty':
      return `The ${rows.window > 0 ? 'baseline' : 'window'} has no labelled rows.`
    case 'too_few_rows':
      return `${count(rows.baseline)} labelled rows of the baseline and ${count(rows.window)} of the window; a verdict takes ${count(minRows)} on each side.`
    case 'too_few_bins':
      return `The ${count(rows.window)} labelled rows of the window are too few, or too much alike, to compare labels ${given}.`
    case 'not_significant':
      return chance()
    case 'noise_floor':
      return gradeOf(change!.effect, thresholds) !== 'ok'
        ? chance()
        : `With ${count(rows.window)} labelled rows a change of labels ${given} below ${effect(change!.noiseFloor)} cannot be told from chance.`
    case 'concept':
      return `Labels ${given} changed: effect ${effect(change!.effect)} (${verdict} from ${effect(thresholds[verdict as 'warning' | 'critical'])})${mostly(change!, context)}.`
    case 'stable':
      return `No change of labels ${given} that is both significant and large enough: effect ${effect(change!.effect)} (warning from ${effect(thresholds.warning)}).`
  }
}

/** Where it changed most: the bin, and of classes the one, that adds most to the effect. */
function mostly(change: ConceptChange, { binning, scale }: ConceptContext): string {
  const [top] = brokenBins(change)
  if (top === undefined) return ''
  return `, most of all at ${slotLabel(binning, top.bin.slots)}, ${fromTo(scale, top.bin, top.k)}`
}

function fromTo(scale: LabelScale, { baseline, window }: ConceptBin, k: number): string {
  if (scale.kind === 'number')
    return `where the mean label went from ${figure(scale.centre + baseline[0])} to ${figure(scale.centre + window[0])}`
  const name = k < scale.classes.length ? `"${scale.classes[k]}"` : 'other labels'
  return `where ${name} went from ${percent(baseline[k])} to ${percent(window[k])} of rows`
}
