import type { ColumnProfile } from '../../store/profiles/binning.ts'
import type { CountedProfile } from '../../store/profiles/column-count.ts'

/** One value that came out otherwise than it was stored. */
export interface Difference {
  /** Such as `verdict`, `statistics.ks.pValue` or `counts[3]`. */
  what: string
  stored: unknown
  recomputed: unknown
}

/** The order of adding may change so much of a sum, relative to the sum of absolute values. */
const SUM_TOLERANCE = 1e-12
/** Another processor's or library's logarithm may change so much of a statistic, relative to it. */
const STATISTIC_TOLERANCE = 1e-9
/** Values that differ by the thousand say no more than the first few. */
const MAX_SHOWN = 20

/** Where a profile counted anew differs from the stored one: counts at all, sums by more than the order of adding. */
export function profileDifferences(stored: ColumnProfile, recomputed: CountedProfile): Difference[] {
  const { magnitudes } = recomputed
  const counts = differing('counts', stored.counts, recomputed.counts, (a, b) => a === b)
  const sums = differing('sums', stored.sums, recomputed.sums, (a, b, slot) =>
    isNear(a, b, SUM_TOLERANCE * (magnitudes[slot] ?? 0)),
  )
  const isSquareNear = isNear(
    stored.squares,
    recomputed.squares,
    SUM_TOLERANCE * Math.abs(recomputed.squares),
  )
  const squares = isSquareNear
    ? []
    : [{ what: 'squares', stored: stored.squares, recomputed: recomputed.squares }]
  return [...counts, ...sums, ...squares].slice(0, MAX_SHOWN)
}

function differing(
  name: string,
  stored: readonly number[],
  recomputed: readonly number[],
  agree: (a: number, b: number, slot: number) => boolean,
): Difference[] {
  if (stored.length !== recomputed.length)
    return [{ what: `${name}.length`, stored: stored.length, recomputed: recomputed.length }]
  return stored.flatMap((value, slot) =>
    agree(value, recomputed[slot], slot)
      ? []
      : [{ what: `${name}[${slot}]`, stored: value, recomputed: recomputed[slot] }],
  )
}

/** Sums of what overflows are infinite or not a number, and then no sum is nearer than another. */
function isNear(a: number, b: number, tolerance: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) === Number.isFinite(b)
  return Math.abs(a - b) <= tolerance
}

/** Where an evaluation differs from the one that was stored: words at all, numbers by more than rounding. */
export function evaluationDifferences(stored: unknown, recomputed: object): Difference[] {
  return unequal('', stored, readBack(recomputed)).slice(0, MAX_SHOWN)
}

/**
 * As {@link evaluationDifferences}, without the sentences, which follow from the rest and which a later version may put in
 * other words.
 */
export function wordlessDifferences(stored: object, recomputed: object): Difference[] {
  return evaluationDifferences(wordless(stored), wordless(recomputed))
}

function wordless(evaluation: object): object {
  return JSON.parse(
    JSON.stringify(evaluation, (key, value: unknown) => (key === 'explanation' ? undefined : value)),
  ) as object
}

/**
 * Where sums over labelled rows differ from the stored ones: counts at all, sums by more than the order of adding, whose
 * terms are taken to be no larger than all that is summed.
 */
export function sumDifferences(stored: object, recomputed: object): Difference[] {
  const found = readBack(recomputed)
  const tolerance = SUM_TOLERANCE * largest(found)
  const near = (a: number, b: number) =>
    Number.isInteger(a) && Number.isInteger(b) ? a === b : isNear(a, b, tolerance)
  return unequal('', stored, found, near).slice(0, MAX_SHOWN)
}

/** What JSON cannot say was not stored either. */
function readBack(value: object): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

function largest(value: unknown): number {
  if (typeof value === 'number') return Math.abs(value)
  return isObject(value) ? Math.max(0, ...Object.values(value).map(largest)) : 0
}

function isStatisticNear(a: number, b: number): boolean {
  return isNear(a, b, STATISTIC_TOLERANCE * Math.abs(a))
}

function unequal(path: string, stored: unknown, recomputed: unknown, near = isStatisticNear): Difference[] {
  if (isObject(stored) && isObject(recomputed)) {
    const keys = new Set([...Object.keys(stored), ...Object.keys(recomputed)])
    const prefix = path === '' ? '' : `${path}.`
    return [...keys].flatMap((key) => unequal(`${prefix}${key}`, stored[key], recomputed[key], near))
  }
  const agree =
    typeof stored === 'number' && typeof recomputed === 'number'
      ? near(stored, recomputed)
      : stored === recomputed
  return agree ? [] : [{ what: path, stored: stored ?? null, recomputed: recomputed ?? null }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
