import { reject, type Rejection } from './outcome.ts'

/**
 * Refuses what was decoded of an hour whose events have been deleted because of their age: counted again, the hour would
 * consist of this event alone.
 * @param timeOf the time of the hour, where it is known
 */
export function refuseDeleted<Decoded extends { status: 'accepted' }>(
  decoded: Decoded | Rejection,
  deletedBefore: Date | undefined,
  field: string,
  timeOf: (decoded: Decoded) => number | undefined,
): Decoded | Rejection {
  if (decoded.status === 'rejected' || deletedBefore === undefined) return decoded
  const at = timeOf(decoded)
  if (at === undefined || at >= deletedBefore.getTime()) return decoded
  return reject(
    'deleted_ts',
    `"${field}" is ${new Date(at).toISOString()}, and events of this model before ${deletedBefore.toISOString()} have been deleted because of their age; "driftgauge retention" shows how long events are kept`,
  )
}
