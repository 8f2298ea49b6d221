/** How much of a comparison its page has, in bytes where nothing else is said. */
export interface Limits {
  /** The table of columns, with pictures and sentences. */
  overview: number
  /** That of the columns for which there is no room in it. */
  figures: number
  /** How many columns are listed, unless more have drifted. */
  rows: number
  /** All charts together. */
  charts: number
  /** How many of the columns without drift get one. */
  others: number
  findings: number
  notes: number
  /** What to do to see what is left out. */
  wayOut: string
}

/** Of a comparison that is sent around: under a megabyte in all, whatever the files are like. */
export const USUAL_LIMITS = {
  overview: 260_000,
  figures: 250_000,
  rows: 200,
  charts: 350_000,
  others: 20,
  findings: 90_000,
  notes: 25_000,
}

export const NO_LIMITS: typeof USUAL_LIMITS = {
  overview: Infinity,
  figures: Infinity,
  rows: Infinity,
  charts: Infinity,
  others: Infinity,
  findings: Infinity,
  notes: Infinity,
}
