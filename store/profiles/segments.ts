import type { SegmentColumn } from '../../control/declared/segment-column.ts'

/** How many values of a segment column are told apart; all others are counted together. */
export const MAX_SEGMENT_VALUES = 20

/** One part that a segment column splits rows into. */
export type SegmentPart = { value: string } | 'other' | 'missing'

export interface Segment {
  column: string
  part: SegmentPart
}

/**
 * The name of a segment, which tells every part of every column apart: `origin=ORD` is the value ORD, `origin:other` all
 * values that are not told apart, `origin:missing` no value; `origin=other` is a value that is really called so. The
 * first `=` or `:` ends the column, in whose own name both, and `\`, stand after a `\`. The value is as it came.
 */
export function segmentKey({ column, part }: Segment): string {
  const name = column.replace(/[\\=:]/g, '\\$&')
  return typeof part === 'string' ? `${name}:${part}` : `${name}=${part.value}`
}

/** Reads {@link segmentKey} back; undefined where it is none. */
export function parseSegmentKey(key: string): Segment | undefined {
  const found = /^((?:[^\\=:]|\\[\\=:])+)([=:])(.*)$/s.exec(key)
  if (found === null) return undefined
  const column = found[1].replace(/\\(.)/gs, '$1')
  const rest = found[3]
  if (found[2] === '=') return { column, part: { value: rest } }
  return rest === 'other' || rest === 'missing' ? { column, part: rest } : undefined
}

/** Keys of the parts that had rows in the baseline, values first. */
export function segmentsOf({ column, values, other, missing }: SegmentColumn): string[] {
  const parts: SegmentPart[] = [
    ...values.map((value) => ({ value })),
    ...(other ? (['other'] as const) : []),
    ...(missing ? (['missing'] as const) : []),
  ]
  return parts.map((part) => segmentKey({ column, part }))
}

/** All keys of a segment column in the order of their places. */
export function placedKeys({ column, values }: SegmentColumn): string[] {
  const parts: SegmentPart[] = ['missing', ...values.map((value) => ({ value })), 'other']
  return parts.map((part) => segmentKey({ column, part }))
}

/** Parts that are counted: the whole model, and all of each segment column. */
export const partCount = (segments: readonly SegmentColumn[]) =>
  1 + segments.reduce((sum, { values }) => sum + values.length + 2, 0)
