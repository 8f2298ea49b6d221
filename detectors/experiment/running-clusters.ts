/** Of the challenger's sum about its centre and its rows, and the champion's: what one hour or one day adds. */
export type ClusterSums = readonly [challenger: number, n: number, champion: number, n: number]

/**
 * Products of the sums of clusters, summed over clusters: from them follows the variance of a difference whose residuals
 * within a cluster may move together in any way. The newest cluster may still grow.
 */
export class RunningClusters {
  readonly #lengthMs: number
  #cluster: number | undefined
  #open: number[] = [0, 0, 0, 0]
  readonly #products = Array.from({ length: 4 }, () => [0, 0, 0, 0])

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }

  /** @param since time since the first hour, milliseconds; never less than before */
  add(since: number, sums: ClusterSums): void {
    const cluster = Math.floor(since / this.#lengthMs)
    const before = cluster === this.#cluster ? this.#open : [0, 0, 0, 0]
    const after = before.map((sum, i) => sum + sums[i])
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) this.#products[i][j] += after[i] * after[j] - before[i] * before[j]
    this.#cluster = cluster
    this.#open = after
  }

  /** Clusters of equal size that would tell as much, on the side where they are fewer; of pairs there is one side. */
  evenCount(rows: readonly [number, number]): number {
    const [challenger, champion] = [rows[0] ** 2 / this.#products[1][1], rows[1] ** 2 / this.#products[3][3]]
    return Math.min(challenger, rows[1] === 0 ? Infinity : champion)
  }

  /** Σ (weights · sums)² over clusters. */
  squaresOf(weights: readonly number[]): number {
    let squares = 0
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) squares += weights[i] * weights[j] * this.#products[i][j]
    return Math.max(0, squares)
  }
}
