/** The candidate that was most likely meant; undefined where none is close. */
export function closest(given: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(given.length / 3))
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    const distance = editDistance(given.toLowerCase(), candidate.toLowerCase(), limit)
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate
}

/** `; did you mean "…"?`, or nothing. */
export function didYouMean(given: string, candidates: Iterable<string>): string {
  const found = closest(given, candidates)
  return found === undefined ? '' : `; did you mean "${found}"?`
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other
 * (optimal string alignment); anything above `limit` may come back as more than it is.
 */
export function editDistance(a: string, b: string, limit = Infinity): number {
  if (Math.abs(a.length - b.length) > limit) return Math.abs(a.length - b.length)
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1)
    }
    ;[beforeLast, last] = [last, row]
  }
  return last[b.length]
}
