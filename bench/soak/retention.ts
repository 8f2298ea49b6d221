import { DAY_MS } from '../../domain/time.ts'
import { STEPS_A_DAY } from './scenario.ts'

const KEPT_DAYS = 62
/** The shortest that the service allows, so that it deletes as often as it can. */
export const RETENTION = [
  ...['events', 'counts', 'results', 'alerts'].map((kind) => `${kind}=${KEPT_DAYS}d`),
  'dead_letters=1d',
  'deliveries=7d',
  'audit=1d',
].join(',')

/** What was predicted before this is deleted by now: whole months. */
export function deletedBefore(now: number): number {
  const oldest = new Date(now - KEPT_DAYS * DAY_MS)
  return Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth())
}

/** In a month that is deleted in the first hour. */
const DELETED_TIME = Date.UTC(2024, 9, 31, 12)
const REFUSED = 10
/** Once a day, after that. */
const REFUSED_AT_STEP = 3

/** How many predictions that come too late, as their month is deleted, are sent in a step. */
export const refusedIn = (step: number) => (step >= 0 && step % STEPS_A_DAY === REFUSED_AT_STEP ? REFUSED : 0)

export const refusedLines = (step: number) =>
  Array.from({ length: refusedIn(step) }, (_, i) => `{"id":"late-${step}-${i}","ts":${DELETED_TIME}}`)

/** How many of them are still dead letters after a step: those of its day and of the day before. */
export function deadLettersAfter(step: number): number {
  const today = Math.floor(step / STEPS_A_DAY)
  const first = Math.max(0, today - 1) * STEPS_A_DAY
  let kept = 0
  for (let one = first; one <= step; one++) kept += refusedIn(one)
  return kept
}
