import type { LegacyRow } from './tables.ts'

/** The numbers of rows in order, each raised where the one before it has it already, so that the order stays. */
export function raised(numbers: readonly number[]): number[] {
  let last = 0
  return numbers.map((number) => (last = Math.max(number, last + 1)))
}

/**
 * The revisions of one silence, each with a number of its own. Two people who changed it at once could give the same
 * number to different revisions; the newest stays the newest.
 */
export function renumberRevisions(revisions: readonly LegacyRow<'silences'>[]): LegacyRow<'silences'>[] {
  const numbers = raised(revisions.map(({ revision }) => revision))
  return revisions.map((row, position) => {
    const revision = numbers[position]
    if (revision === row.revision) return row
    const document = { ...(JSON.parse(row.document) as object), revision }
    return { ...row, revision, document: JSON.stringify(document) }
  })
}

/**
 * The events of one request for retraining, each with a number of its own. Where a request stands follows from the order
 * of its events, which stays.
 */
export function renumberEvents(
  events: readonly LegacyRow<'retrain_events'>[],
): LegacyRow<'retrain_events'>[] {
  const numbers = raised(events.map(({ seq }) => seq))
  return events.map((event, position) => ({ ...event, seq: numbers[position] }))
}
