import { parseTime } from '../decode/parse-time.ts'
import { instantOf } from '../../domain/calendar/local-time.ts'

/** Makes a time that names no zone one of this zone; all else stays as it is. Throws a RangeError for no IANA name. */
export function zonedTimes(zone: string): (value: unknown) => unknown {
  const localOffset = (wallClock: number) => wallClock - instantOf(wallClock, zone)
  // A name that is none is refused here, and not at the first time.
  localOffset(0)
  return (value) => {
    if (typeof value !== 'string' || 'at' in parseTime(value)) return value
    const time = parseTime(value, { localOffset })
    return 'at' in time ? new Date(time.at).toISOString() : value
  }
}
