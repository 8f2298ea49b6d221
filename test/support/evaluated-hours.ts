import { rows } from '../../store/engine/query.ts'
import type { Store } from '../../store/engine/client.ts'

const HOUR_SECONDS = 3600

/** Ends of the windows of a monitor that are done with, ascending, in hours since `start`. */
export async function evaluatedHours(store: Store, monitor: string, start: number): Promise<number[]> {
  const found = await rows<{ hour: number }>(
    store.read,
    `SELECT (toUnixTimestamp(window_end) - ${start / 1000}) / ${HOUR_SECONDS} AS hour FROM evaluations FINAL
     WHERE monitor = {monitor:String} ORDER BY hour`,
    { monitor },
  )
  return found.map(({ hour }) => hour)
}

export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
