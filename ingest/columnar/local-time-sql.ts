import { DAY_MS } from '../../domain/time.ts'
import { literal } from '../../store/engine/sql.ts'

/**
 * SQL for the milliseconds since 1970 at which a clock of the zone shows a time, as `instantOf` has them. The engine by
 * itself reads an hour that clocks skip otherwise.
 * @param wall an expression: the time at which a clock in UTC shows the same, as `DateTime64(3)`
 */
export function localInstantSql(wall: string, zone: string): string {
  const ms = `toUnixTimestamp64Milli(${wall})`
  const offsetAt = (at: string) =>
    `1000 * toInt64(timezoneOffset(toTimeZone(fromUnixTimestamp64Milli(${at}, 'UTC'), ${literal(zone)})))`
  const before = `(${ms} - ${offsetAt(`${ms} - ${DAY_MS}`)})`
  const after = `(${ms} - ${offsetAt(`${ms} + ${DAY_MS}`)})`
  const isShown = (at: string) => `${at} + ${offsetAt(at)} = ${ms}`
  return `if(${isShown(after)}, if(${isShown(before)}, least(${before}, ${after}), ${after}), ${before})`
}
