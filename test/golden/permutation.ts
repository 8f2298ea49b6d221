/** Permutation p-value of a statistic over counts, as evidently's TVD test has it. */

/** The share of random relabellings of all rows whose statistic is at least the observed one. */
export function permutationP(
  b: number[],
  c: number[],
  statistic: (b: number[], c: number[]) => number | undefined,
  iterations: number,
): number {
  const observed = statistic(b, c) ?? NaN
  const rows = b.flatMap((count, i) => Array<number>(count + c[i]).fill(i))
  const nB = b.reduce((sum, count) => sum + count, 0)
  const random = mulberry32(1)
  let reached = 0
  for (let iteration = 0; iteration < iterations; iteration++) {
    const drawn = b.map(() => 0)
    for (let i = 0; i < nB; i++) {
      const other = i + Math.floor(random() * (rows.length - i))
      ;[rows[i], rows[other]] = [rows[other], rows[i]]
      drawn[rows[i]] += 1
    }
    const rest = drawn.map((count, i) => b[i] + c[i] - count)
    if ((statistic(drawn, rest) ?? NaN) >= observed - 1e-12) reached++
  }
  return reached / iterations
}

/** Small seeded generator of uniform numbers in [0, 1), so that a test's outcome never varies. */
export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
