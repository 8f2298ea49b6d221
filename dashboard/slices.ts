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
