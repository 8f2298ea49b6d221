import type { Baseline } from '../store/baselines.ts'
import type { Model } from '../store/model.ts'
import type { SegmentColumn } from '../store/segments.ts'

/** The segment columns that rows of a model are counted by: those that its baseline split, and it still declares. */
export function countedSegments(
  { segments }: Pick<Model, 'segments'>,
  { segments: split = [] }: Pick<Baseline, 'segments'>,
): SegmentColumn[] {
  return split.filter(({ column }) => segments.includes(column))
}
