import { literal } from '../engine/sql.ts'
import { inSpans, type HourSpan } from './hour-spans.ts'

/** The rows of `profiles` that readers see of some hours: those of the newest generation that is published. */
export function publishedProfiles({
  model,
  binning,
  spans,
}: {
  model: string
  binning: string
  spans: readonly HourSpan[]
}): string {
  const scope = `model = ${literal(model)} AND binning = ${literal(binning)} AND ${inSpans('hour', spans)}`
  return `${scope} AND (part, hour, generation) IN (
    SELECT part, hour, max(generation) FROM hours WHERE ${scope} GROUP BY part, hour)`
}
