import { HOUR_MS } from '../../domain/time.ts'
import { show } from './fields.ts'
import { reject, type Rejection, type RejectionReason } from './outcome.ts'
import { parseTime, type TimeOptions } from './parse-time.ts'

/** Clocks differ; a time further ahead than this is wrong, and would stay the newest until it comes. */
export const MAX_AHEAD_MS = HOUR_MS

/** Reads the time that a field of an event holds, milliseconds since 1970. */
export function decodeTime(
  field: string,
  value: unknown,
  bad: RejectionReason,
  now: number,
  options?: TimeOptions,
): { status: 'read'; at: number } | Rejection {
  const time = parseTime(value, options)
  if ('problem' in time)
    return reject(
      bad,
      value === undefined || value === null
        ? `"${field}" is absent`
        : `"${field}" ${time.problem}; it is ${show(value)}`,
    )
  if (time.at <= now + MAX_AHEAD_MS) return { status: 'read', at: time.at }
  const [then, clock] = [time.at, now].map((at) => new Date(at).toISOString())
  return reject(
    'future_ts',
    `"${field}" is ${then}, more than an hour ahead of the clock of this service (${clock}): correct the producer's clock, time zone or unit; if the time is right, replay the record once that time has come`,
  )
}
