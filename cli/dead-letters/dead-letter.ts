/** A dead letter as the API answers it. */
export interface DeadLetter {
  /** Source, partition and offset: `predictions:3:41`. */
  id: string
  source: string
  partition: number
  offset: number
  received_at: string
  recorded_at: string | null
  model: string
  reason: string
  detail: string
  headers: Record<string, string>
  payload: string
  cut: boolean
}

/** Which dead letters a command is about; all of those that are given must fit. */
export interface Filter {
  model?: string
  reason?: string
  source?: string
}

/** The filter as parts of a query, each after an `&`. */
export function filterQuery(filter: Filter): string {
  return Object.entries(filter)
    .map(([key, value]) => `&${key}=${encodeURIComponent(value as string)}`)
    .join('')
}
