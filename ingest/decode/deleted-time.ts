import { reject, type Rejection } from './outcome.ts'

/**
 * Refuses an event of an hour whose events have been deleted because of their age: counted again, the hour would consist of
 * this event alone. Undefined where nothing speaks against it.
 */
export function whyDeleted(
  field: string,
  at: number | undefined,
  deletedBefore: Date | undefined,
): Rejection | undefined {
  if (at === undefined || deletedBefore === undefined || at >= deletedBefore.getTime()) return undefined
  return reject(
    'deleted_ts',
    `"${field}" is ${new Date(at).toISOString()}, and events of this model before ${deletedBefore.toISOString()} have been deleted because of their age; "driftgauge retention" shows how long events are kept`,
  )
}
