import { slotCount, type ColumnBinning } from '../store/binning.ts'
import { labelPlaces, labelScale, type LabelScale } from '../store/label-scale.ts'
import type { LabelledProfile } from '../store/labelled-profile.ts'
import {
  labelledOf,
  readBaselineLabelled,
  readLabelledProfiles,
  type LabelledColumn,
} from '../store/labelled-profiles.ts'
import { lossSumsOf } from '../store/loss-sums.ts'
import type { Column } from '../store/model.ts'
import type { Reference, RunRequest } from './run-request.ts'

/** The labelled rows of both sides, of the window from any start on. */
export interface LabelledWindows {
  scale: LabelScale
  baseline: readonly LabelledColumn[]
  /** Read once for each start. */
  from: (start: Date) => Promise<readonly LabelledColumn[]>
}

/** Undefined where the baseline has no labels, so that nothing can be compared with it. */
export async function labelledWindows(
  { store, model, end }: Pick<RunRequest, 'store' | 'model' | 'end'>,
  { baseline, columns }: Reference,
): Promise<LabelledWindows | undefined> {
  const label = columns.find(({ role }) => role === 'label')
  const own = label === undefined ? [] : await readBaselineLabelled(store, baseline)
  if (label === undefined || own.length === 0) return undefined
  const read = new Map<number, Promise<readonly LabelledColumn[]>>()
  return {
    scale: labelScale(model.task, label.binning),
    baseline: own,
    from(start) {
      const time = start.getTime()
      const query = { model: model.name, binning: baseline.binning, from: start, to: end }
      const found = read.get(time) ?? readLabelledProfiles(store, query)
      read.set(time, found)
      return found
    },
  }
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
