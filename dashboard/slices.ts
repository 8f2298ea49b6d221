interface Part {
  segment: string
  version: string
  verdict: string
  effect: number | null
}

const RANK: Record<string, number> = { critical: 0, warning: 1, unconfirmed: 2, ok: 3, insufficient_data: 4 }
const rank = ({ verdict }: Pick<Part, 'verdict'>) => RANK[verdict] ?? RANK.insufficient_data

/** The whole model first, then the most severe, and of equally severe ones the largest effect. */
export function bySeverity<T extends Part>(results: readonly T[]): T[] {
  const isPart = ({ segment, version }: T) => Number(segment !== '' || version !== '')
  return results.toSorted(
    (a, b) =>
      isPart(a) - isPart(b) ||
      rank(a) - rank(b) ||
      (b.effect ?? -Infinity) - (a.effect ?? -Infinity) ||
      (a.segment + a.version < b.segment + b.version ? -1 : 1),
  )
}

/** The result with the gravest verdict, and of equally grave ones the largest effect; undefined where there is none. */
export function gravest<T extends Part>(results: readonly T[]): T | undefined {
  return results.toSorted((a, b) => rank(a) - rank(b) || (b.effect ?? -Infinity) - (a.effect ?? -Infinity))[0]
}

interface OfColumn extends Part {
  kind: string
  column: string
  window_end: string
}

/**
 * The segment or version of a column that is worse than the whole model, the worst of them, in the windows that ended in
 * `(from, to]`; undefined if none is.
 */
export function worsePart<T extends OfColumn>(
  results: readonly T[],
  whole: { kind: string; column: string; verdict: string },
  { from, to }: { from: string; to: string },
): T | undefined {
  const parts = results.filter(
    (one) =>
      one.kind === whole.kind &&
      one.column === whole.column &&
      (one.segment !== '' || one.version !== '') &&
      Date.parse(one.window_end) > Date.parse(from) &&
      Date.parse(one.window_end) <= Date.parse(to) &&
      rank(one) < rank(whole),
  )
  return gravest(parts)
}

/** The whole model first, then what explains most of its effect, then the others as they were. */
export function byExplained<T extends Part>(
  results: readonly T[],
  explains: ReadonlyMap<string, number | null>,
): T[] {
  const isWhole = ({ segment, version }: T) => segment === '' && version === ''
  const of = (one: T) =>
    isWhole(one) ? Infinity : ((one.version === '' ? explains.get(one.segment) : undefined) ?? -Infinity)
  return results.toSorted((a, b) => (of(a) === of(b) ? 0 : of(b) - of(a)))
}

/** The upper end of a scale that several effects share: a little beyond the threshold, so that noise looks small. */
export function effectScale(results: readonly Pick<Part, 'effect'>[], warning: number): number {
  return Math.max(1.6 * warning, ...results.map(({ effect }) => effect ?? 0))
}
