/** Lengths of time, milliseconds. Days and weeks are those of UTC: see `calendar/` for those of a time zone. */
export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const WEEK_MS = 7 * DAY_MS

/** The last second that ClickHouse's `DateTime` reaches, in 2106. */
export const LAST_SECOND = 2 ** 32 - 1
