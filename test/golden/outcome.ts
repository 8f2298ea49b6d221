import type { GoldenCase } from './case.ts'

/** What was computed, under the names that the golden file has in `expected`; `undefined` where there is no value. */
export type Outcome = Record<string, unknown> & { statistic?: number; p_value?: number; drift?: boolean }

/** Translates the parameters of a case, calls the detector, and names the outcome as the file does. */
export type Runner = (golden: GoldenCase) => Outcome

export type Runners = Record<string, Runner>
