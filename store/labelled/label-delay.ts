import { MINUTE_MS } from '../../domain/time.ts'

/**
 * Delays of labels are counted on a logarithmic scale, 20 slots a decade from one minute on: slot k holds those above
 * 10^((k - 1) / 20) minutes and up to 10^(k / 20), slot 0 all up to a minute, labels before their prediction included.
 */
export const DELAY_SLOTS = 128
const SLOTS_PER_DECADE = 20

/** The slot of the delay from `ts` to `labelled_at`. */
export const DELAY_SLOT_SQL = `toUInt8(least(${DELAY_SLOTS - 1}, greatest(0, ceil(${SLOTS_PER_DECADE} *
  log10(greatest(1, (toUnixTimestamp64Milli(labelled_at) - toUnixTimestamp64Milli(ts)) / ${MINUTE_MS}))))))`

/** The longest delay of a slot, milliseconds. */
export function longestDelay(slot: number): number {
  return 10 ** (slot / SLOTS_PER_DECADE) * MINUTE_MS
}
