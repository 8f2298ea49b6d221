import type { ColumnBinning } from '../../store/profiles/binning.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import { normalInterval, shareInterval } from '../performance/interval.ts'
import type { Metric } from '../performance/metric.ts'
import { chiSquareSf } from '../statistics/tails.ts'
import type { ConceptBin } from './bin.ts'
import { cellsOf, type Cell, type ConceptInput } from './cell.ts'
import type { ConceptChange } from './change.ts'
import { slotLabel } from './slot-label.ts'

/** The labels of one bin on both sides, as they were compared. */
export interface LabelRateBin {
  /** The values of the column. Category names come in as they are. */
  label: string
  rows: { baseline: number; window: number }
  /** One a class that is told apart, or one of the mean label. */
  rates: LabelRate[]
  /** Of this bin alone: how probable it is that its labels differ as much by chance. */
  pValue: number
  /** Whether the bin says by itself that labels changed. */
  broke: boolean
}

export interface LabelRate {
  /** The class, `null` for all others together; absent where labels are numbers. */
  class?: string | null
  /** With 95% intervals. The baseline's is what it would be over the window's rows of the bin. */
  baseline: Metric
  window: Metric
}

/** Bins break at this level over all of them; it explains a verdict and decides none. */
const LEVEL = 0.01

/** What each bin adds to a verdict on the concept, from what it was judged by. */
export function labelRates(
  input: ConceptInput,
  { bins }: Pick<ConceptChange, 'bins'>,
  { binning, scale }: { binning: ColumnBinning; scale: LabelScale },
): LabelRateBin[] {
  const cells = new Map(cellsOf(input).map((cell) => [cell.slot, cell]))
  return bins.map((bin) => {
    const { slots, rows, statistic, df } = bin
    const pValue = df > 0 ? chiSquareSf(statistic, df) : 1
    const omega = baselineOmega(slots.flatMap((slot) => cells.get(slot) ?? []))
    return {
      label: slotLabel(binning, slots),
      rows,
      rates: scale.kind === 'number' ? [meanOf(bin, scale.centre, omega)] : sharesOf(bin, scale.classes, omega), // prettier-ignore
      pValue,
      broke: pValue <= LEVEL / bins.length,
    }
  })
}

/** The baseline's part of omega: see the head of bin.ts. */
function baselineOmega(cells: readonly Cell[]): number {
  const rows = cells.reduce((sum, { window }) => sum + window.rows, 0)
  return cells.reduce((sum, { baseline, window }) => sum + (window.rows / rows) ** 2 / baseline.rows, 0)
}

function sharesOf({ rows, baseline, window }: ConceptBin, classes: readonly string[], omega: number) {
  return baseline.flatMap((share, k): LabelRate[] => {
    const isRest = k >= classes.length
    // Of two classes the second says nothing more, nor do other classes that there are none of.
    if (isRest && (classes.length === 1 || (share === 0 && window[k] === 0))) return []
    return [
      {
        class: isRest ? null : classes[k],
        baseline: shareInterval(share / omega, 1 / omega)!,
        window: shareInterval(window[k] * rows.window, rows.window)!,
      },
    ]
  })
}

function meanOf({ rows, baseline, window, variances }: ConceptBin, centre: number, omega: number): LabelRate {
  const spread = variances[0] / (omega + 1 / rows.window)
  return {
    baseline: normalInterval(centre + baseline[0], spread * omega),
    window: normalInterval(centre + window[0], spread / rows.window),
  }
}
