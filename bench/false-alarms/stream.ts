import { simulatedColumns, type SimulatedColumn, type StreamColumn } from './columns.ts'
import type { Random } from './random.ts'

export const BASELINE_ROWS = 10_000

/** The features of a model whose data does not change: a baseline, and as many more rows of the same law as are asked for. */
export interface Stream {
  columns: readonly StreamColumn[]
  /** Counts of {@link BASELINE_ROWS} rows, one array a column. */
  baseline: readonly Int32Array[]
  /** Adds the counts of n further rows. */
  addRows: (n: number, counts: readonly Int32Array[]) => void
}

export function emptyCounts(like: readonly Int32Array[]): Int32Array[] {
  return like.map(({ length }) => new Int32Array(length))
}

export function simulatedStream(random: Random, features: number, correlated: boolean): Stream {
  return streamOf(random, simulatedColumns(features, correlated))
}

export function streamOf(random: Random, columns: readonly SimulatedColumn[]): Stream {
  const baseline = columns.map(({ law }) => new Int32Array(law.shares.length))
  addRows(random, columns, BASELINE_ROWS, baseline)
  return { columns, baseline, addRows: (n, counts) => addRows(random, columns, n, counts) }
}

/** Adds the counts of n rows of every column, those of one group drawn together. `counts` holds no rows before. */
export function addRows(
  random: Random,
  columns: readonly SimulatedColumn[],
  n: number,
  counts: readonly Int32Array[],
): void {
  for (const [i, { law, copies }] of columns.entries()) {
    const own = counts[i]
    if (copies === undefined) {
      law.add(random, n, own)
      continue
    }
    let left = n
    const source = counts[copies.of]
    for (let slot = 0; slot < own.length; slot++) {
      const copied = random.binomial(source[slot], copies.share)
      own[slot] += copied
      left -= copied
    }
    law.add(random, left, own)
  }
}
