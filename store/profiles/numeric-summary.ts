/** What binning a numeric column asks of its data first. */
export interface NumericSummary {
  /** Finite values. */
  n: number
  mean: number
  /** The distinct values with their rows, where there are at most `maxValues`; else undefined. */
  values: { value: number; rows: number }[] | undefined
  /** The values at the ranks that were asked for (from 0) of the sorted finite values. */
  valueAt: ReadonlyMap<number, number>
  /** The values at those ranks that may hold a share of `minShare` of the finite values, or more. */
  frequent: number[]
  /** What lies between the ranks that divide the sorted values into parts, where memory had room for all. */
  slices: Slices | undefined
}

export interface Slices {
  /** Where each part begins: `parts` ranks, ascending and distinct. */
  starts: number[]
  /** The values at those ranks, and just before them. */
  at: number[]
  before: number[]
  /** Of `x - mean` over each part, and of its square over all. */
  sums: number[]
  squares: number
}

export interface SummaryRequest {
  maxValues: number
  /** Ranks are those at, and next to, each of so many parts of the sorted values. */
  parts: number
  minShare: number
}
