import { DAY_MS } from '../domain/time.ts'

/** A window may be extended to 30 days, or be a month, and must not begin before the engine's time in any zone. */
export const EARLIEST_END_MS = 32 * DAY_MS
