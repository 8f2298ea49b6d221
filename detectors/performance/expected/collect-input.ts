import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'
import { labelPlaces, type LabelScale } from '../../../store/labelled/label-scale.ts'
import type { LabelledColumn } from '../../../store/labelled/labelled-profiles.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import type { ColumnProfile, NumericBinning } from '../../../store/profiles/binning.ts'
import { sum } from '../../../domain/sum.ts'
import { columnSums } from '../../run/labelled-windows.ts'
import { classSlots, shareOf, type EstimateColumns } from '../estimate-window.ts'
import { binErrors } from './bin-errors.ts'
import type { Bins, ExpectedInput, Group, HitRates, ScoreBins } from './expected-input.ts'

/** Of one side, the profile of a column over all its predictions. */
export type ProfileOf = (column: BaselineColumn) => ColumnProfile

type ClassScale = Extract<LabelScale, { kind: 'classes' }>

/** What expected performance is computed from, apart from the predictions of the window and of what it is compared with. */
export interface ExpectedSource {
  metric: DecidingMetric
  columns: EstimateColumns
  scale: LabelScale
  /** The sums over the labelled rows of the stored baseline, of a regression by bins as well. */
  labelled: readonly LabelledColumn[]
}

/** The inputs of one result. Slot 0 of a column, the rows without a value, is in no bin. */
export function collectInput(source: ExpectedSource, baseline: ProfileOf, window: ProfileOf): ExpectedInput {
  const { metric, columns, scale, labelled } = source
  if (scale.kind === 'number') {
    const rates = binErrors(columns.score, labelled, metric)
    const side = (of: ProfileOf) => ({ rows: of(columns.score).counts.slice(1) })
    return { task: 'regression', metric, rates, baseline: side(baseline), window: side(window) }
  }
  const binning = columns.score.binning as NumericBinning
  if (columns.score.role === 'confidence') {
    const rates = confidenceRates(binning, columnSums(labelled, columns.score, scale).counts, scale)
    const side = (of: ProfileOf) => confidenceSide(columns, of)
    return { task: 'multiclass', metric, rates, baseline: side(baseline), window: side(window) }
  }
  const counts = columnSums(labelled, columns.score, scale).counts
  const places = labelPlaces(scale)
  const rates = {
    rows: rowsBySlot(counts, places),
    hits: bySlot(counts, places, (labels) => labels[0]),
  }
  const side = (of: ProfileOf) => scoreSide(columns, scale, of)
  return { task: 'binary', metric, rates, baseline: side(baseline), window: side(window) }
}

/** One side of the inputs of a binary model. */
function scoreSide({ score, prediction }: EstimateColumns, scale: ClassScale, of: ProfileOf): ScoreBins {
  const { counts, sums, squares } = of(score)
  const { centre } = score.binning as NumericBinning
  const rows = counts.slice(1)
  const offsets = sums.slice(1)
  const between = sum(rows.map((count, i) => (count === 0 ? 0 : offsets[i] ** 2 / count)))
  const positiveShare = prediction && shareOf(scale.classes[0], prediction.binning, of(prediction))
  return {
    rows,
    scores: rows.map((count, i) => offsets[i] + centre * count),
    within: Math.max(0, squares - between) / Math.max(1, sum(rows)),
    ...(positiveShare !== undefined && { positiveShare }),
  }
}

/** One side of the inputs of a model of several classes. */
function confidenceSide({ score, prediction }: EstimateColumns, of: ProfileOf): Bins {
  const rows = of(score).counts.slice(1)
  const predicted = prediction === undefined ? 0 : sum(of(prediction).counts.slice(1))
  return { rows, unbinned: Math.max(0, predicted - sum(rows)) }
}

function confidenceRates(
  binning: NumericBinning,
  counts: readonly number[],
  scale: ClassScale,
): HitRates & { groups: Group[] } {
  const places = labelPlaces(scale)
  const rows = rowsBySlot(counts, places)
  const hits = rows.map(() => 0)
  const groups = classSlots(
    binning,
    rows.map((_, i) => i + 1),
  ).flatMap(({ category, slots }) => {
    const place = scale.classes.indexOf(category)
    if (place < 0 || slots.length === 0) return []
    for (const slot of slots) hits[slot - 1] = counts[slot * places + place]
    return [{ from: slots[0] - 1, to: slots[slots.length - 1] }]
  })
  return { rows, hits, groups }
}

const rowsBySlot = (counts: readonly number[], places: number) => bySlot(counts, places, sum)

/** A number for each slot with values, of the counts of its labels. */
function bySlot(
  counts: readonly number[],
  places: number,
  of: (labels: readonly number[]) => number,
): number[] {
  const slots = counts.length / places - 1
  return Array.from({ length: slots }, (_, i) => of(counts.slice((i + 1) * places, (i + 2) * places)))
}
