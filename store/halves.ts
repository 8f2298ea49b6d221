/** The two halves of an exchange with a model: what it was asked, and what it answered. */
export type HalfPart = 'request' | 'response'

/** One half of an exchange that KServe has logged, waiting for the other. */
export interface Half {
  model: string
  /** What both halves share. */
  id: string
  part: HalfPart
  /** When it was logged, milliseconds since 1970; that of the request is the time of the predictions. */
  ts: number
  version: string | undefined
  /** One for each instance: of the request its features, of the response `prediction`, `score` and `scores`. */
  rows: Record<string, unknown>[]
}
