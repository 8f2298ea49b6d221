/** What the command line asks of benches; each takes what applies to it. */
export interface BenchOptions {
  /** A few rows and rounds: whether a bench runs at all takes seconds, and its figures mean nothing. */
  tiny: boolean
  /** Of each cell, where a bench simulates: more make narrower intervals. */
  runs?: number | undefined
  /** Only cells with this in their name, where a bench has cells. */
  only?: string | undefined
  /** Predictions a second, where a bench simulates traffic. */
  rate?: number | undefined
}
