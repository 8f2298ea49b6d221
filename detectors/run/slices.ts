import type { Baseline } from '../../control/declared/baselines.ts'
import type { HourSpan } from '../../store/profiles/hour-spans.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { segmentsOf } from '../../store/profiles/segments.ts'
import { countSlices, type Slicing } from '../../store/profiles/slicing.ts'
import type { Store } from '../../store/engine/client.ts'

/** The rows that one evaluation looks at: those of a segment, or of a version; both are empty for the whole model. */
export interface Slice {
  segment: string
  version: string
}

export const WHOLE: Slice = { segment: '', version: '' }

/** So many versions are evaluated by themselves, those with most rows. */
const MAX_VERSIONS = 20

/** The segment columns that rows of a model are counted by: those that its baseline split, and it still declares. */
export function countedSegments(
  { segments }: Pick<Model, 'segments'>,
  { segments: split = [] }: Pick<Baseline, 'segments'>,
): SegmentColumn[] {
  return split.filter(({ column }) => segments.includes(column))
}

/**
 * What a monitor evaluates in a window, each by itself: the whole model, every segment that its baseline has rows of,
 * and every version that has rows in the window.
 */
export async function slicesOf(
  store: Store,
  model: Model,
  { segments, by_version }: Pick<Monitor, 'segments' | 'by_version'>,
  baseline: Baseline,
  window: HourSpan,
): Promise<Slice[]> {
  const columns = countedSegments(model, baseline).filter(({ column }) => segments.includes(column))
  const query = { model: model.name, binning: baseline.binning, spans: [window] }
  const versions = by_version ? await countSlices(store, query, 'version', MAX_VERSIONS) : []
  return [
    WHOLE,
    ...columns.flatMap(segmentsOf).map((segment) => ({ segment, version: '' })),
    ...versions.map(({ slice }) => ({ segment: '', version: slice })),
  ]
}

/** Reads what is stored of slices, a statement for all segments and one for all versions, and finds it by slice. */
export async function readSlices<T extends { slice: string }>(
  slices: readonly Slice[],
  read: (slicing: Slicing) => Promise<T[]>,
): Promise<(slice: Slice) => T[]> {
  const versions = slices.flatMap(({ version }) => (version === '' ? [] : [version]))
  const segments = slices.flatMap(({ segment, version }) => (version === '' ? [segment] : []))
  const bySegment = grouped(await read({ by: 'segment', only: segments }))
  const byVersion = grouped(versions.length === 0 ? [] : await read({ by: 'version', only: versions }))
  return ({ segment, version }) => (version === '' ? bySegment.get(segment) : byVersion.get(version)) ?? []
}

function grouped<T extends { slice: string }>(found: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of found) {
    const group = groups.get(one.slice)
    if (group === undefined) groups.set(one.slice, [one])
    else group.push(one)
  }
  return groups
}

/**
 * What a slice is compared with: the baseline's own segment; a version with the baseline as a whole, or where hours are
 * added up and the monitor says so, with its own rows of them.
 */
export function comparedSlice({ segment, version }: Slice, baseline: Monitor['baseline']): Slice {
  const own = baseline !== 'training' && baseline.own_version === true
  return { segment, version: own ? version : '' }
}

/** As {@link comparedSlice}, of all slices, each once. */
export function comparedSlices(slices: readonly Slice[], baseline: Monitor['baseline']): Slice[] {
  const compared = slices.map((slice) => comparedSlice(slice, baseline))
  return [...new Map(compared.map((slice) => [JSON.stringify(slice), slice])).values()]
}

/** Keeps what was read of windows by where they start. */
export function oncePerStart<T>(read: (start: Date) => Promise<T>): (start: Date) => Promise<T> {
  const kept = new Map<number, Promise<T>>()
  return (start) => {
    const found = kept.get(start.getTime()) ?? read(start)
    kept.set(start.getTime(), found)
    return found
  }
}
