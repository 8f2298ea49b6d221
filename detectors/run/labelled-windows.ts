import { slotCount, type ColumnBinning } from '../../store/profiles/binning.ts'
import { labelPlaces, labelScale, type LabelScale } from '../../store/labelled/label-scale.ts'
import {
  labelledOf,
  readBaselineLabelledSegments,
  readLabelledSliced,
  type LabelledColumn,
  type LabelledProfile,
} from '../../store/labelled/labelled-profiles.ts'
import type { HoursQuery } from '../../store/profiles/profiles.ts'
import type { LossSides } from '../performance/explain-loss/explain-sides.ts'
import { lossSumsOf } from '../../store/labelled/loss-sums.ts'
import type { Column } from '../../control/declared/model.ts'
import type { CountedHours } from '../../store/results/results.ts'
import { baselineHours, comparedVersion } from './baseline-hours.ts'
import type { Reference, WindowRequest } from './run-request.ts'
import { comparedSlice, comparedSlices, oncePerStart, readSlices, WHOLE, type Slice } from './slices.ts'

/** The labelled rows of a window and of what it is compared with. */
export interface LabelledSides {
  baseline: readonly LabelledColumn[]
  window: readonly LabelledColumn[]
  /** What the baseline was summed from, where that is no stored one. */
  hours?: CountedHours
}

/** The labelled rows of both sides, of the window from any start on. */
export interface LabelledWindows {
  scale: LabelScale
  /** Read once for each start. */
  from: (start: Date) => Promise<LabelledSides>
  /** What is lost by bin, which only those ask for who have something to explain. */
  losses: (start: Date) => Promise<LossSides>
}

/**
 * The windows of each slice; all slices are read together. Undefined where the baseline has no labels, so that nothing
 * can be compared with it.
 */
export async function labelledWindows(
  { store, model, monitor, end }: WindowRequest,
  { baseline: { binning, ...baseline }, columns }: Reference,
  slices: readonly Slice[],
): Promise<((slice: Slice) => LabelledWindows) | undefined> {
  const label = columns.find(({ role }) => role === 'label')
  if (label === undefined) return undefined
  const scope = { model: model.name, binning }
  const choice = monitor.baseline
  const own = await readSlices(comparedSlices(slices, 'training'), ({ only }) =>
    readBaselineLabelledSegments(store, baseline, only),
  )
  if (own(WHOLE).length === 0) return undefined
  const read = oncePerStart(async (start) => {
    const window = await readSlices(slices, (slicing) =>
      readLabelledSliced(store, { ...scope, spans: [{ from: start, to: end }] }, slicing),
    )
    const spans = baselineHours(choice, { from: start, to: end }, monitor.timezone)
    if (spans === undefined || choice === 'training') return { window, baseline: own }
    const { version } = choice
    const compared = await readSlices(comparedSlices(slices, choice), (slicing) =>
      readLabelledSliced(store, { ...scope, spans, version }, slicing),
    )
    const hoursOf = (slice: Slice) => ({ spans, version: comparedVersion(choice, slice.version) })
    return { window, baseline: compared, hoursOf }
  })
  const scale = labelScale(model.task, label.binning)
  return (slice) => ({
    scale,
    async from(start) {
      const { window, baseline, hoursOf } = await read(start)
      const sides = { window: window(slice), baseline: baseline(comparedSlice(slice, choice)) }
      return hoursOf === undefined ? sides : { ...sides, hours: hoursOf(slice) }
    },
    async losses(start) {
      const compared = comparedSlice(slice, choice)
      const span = { from: start, to: end }
      const spans = baselineHours(choice, span, monitor.timezone)
      const ofHours = async (of: Slice, query: Pick<HoursQuery, 'spans' | 'version'>) =>
        (await readSlices([of], (slicing) => readLabelledSliced(store, { ...scope, ...query }, slicing, 'bin_losses')))(of) // prettier-ignore
      const window = await ofHours(slice, { spans: [span] })
      if (spans !== undefined && choice !== 'training')
        return { window, baseline: await ofHours(compared, { spans, version: choice.version }) }
      const own = await readBaselineLabelledSegments(store, baseline, [compared.segment], 'bin_losses')
      return { window, baseline: own }
    },
  })
}

/** How many labelled rows there are. */
export function labelledCount(profiles: readonly LabelledColumn[]): number {
  return lossSumsOf(labelledOf(profiles, 'loss')).rows
}

/** The sums of one column; zeros where no labelled row has come. */
export function columnSums(
  profiles: readonly LabelledColumn[],
  { role, name, binning }: Pick<Column, 'role' | 'name'> & { binning: ColumnBinning },
  scale: LabelScale,
): LabelledProfile {
  const places = slotCount(binning) * labelPlaces(scale)
  const found = labelledOf(profiles, role, name)
  if (found === undefined) {
    const zeros = new Array<number>(places).fill(0)
    return scale.kind === 'number'
      ? { counts: zeros, sums: zeros, squares: zeros }
      : { counts: zeros, sums: [], squares: [] }
  }
  if (found.counts.length !== places)
    throw new Error(`column ${name}: ${found.counts.length} labelled counts for ${places} places`)
  const { counts, sums, squares } = found
  return { counts, sums, squares }
}
