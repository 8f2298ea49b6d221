import { setTimeout } from 'node:timers/promises'
import { ControlError, ControlRefused } from '../../control/database/errors.ts'
import { StoreUnavailable } from '../../store/engine/errors.ts'

/** A part of an answer that stands by itself. */
export type Part<T> = ({ known: true } & T) | Unknown
export interface Unknown {
  known: false
  reason: string
  advice: string
}

/** What is slower is not waited for: whoever asks wants to know now. */
export const ANSWER_WITHIN_MS = 3_000

const CLICKHOUSE =
  'Check that ClickHouse runs and can be reached at CLICKHOUSE_URL. The service continues by itself.'
const CONTROL =
  'Check that PostgreSQL runs and can be reached at DATABASE_URL, or that the disk with control.db has room. The service continues by itself.'
const LOG = 'The log of this process names the cause.'

/** Something does not answer in time. */
export class Silent extends Error {
  override readonly name = 'Silent'
}

/** Rejects with {@link Silent} where work takes too long; it goes on, and nobody is told how it ended. */
export async function inTime<T>(work: Promise<T>, of: string): Promise<T> {
  work.catch(() => {})
  const ended = new AbortController()
  const late = setTimeout(ANSWER_WITHIN_MS, undefined, { ref: false, signal: ended.signal }).then(() => {
    throw new Silent(`${of} does not respond within ${ANSWER_WITHIN_MS / 1000} seconds.`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    ended.abort()
  }
}

/** What may be shown of an error. */
export function reasonOf(error: unknown): string {
  // What to correct there is for the operator, and may quote an address.
  if (error instanceof ControlRefused) return 'The database of control state refuses the connection.'
  if (error instanceof StoreUnavailable || error instanceof ControlError || error instanceof Silent)
    return error.message
  return 'An unexpected error.'
}

function adviceOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return CLICKHOUSE
  if (error instanceof ControlError) return error instanceof ControlRefused ? LOG : CONTROL
  return error instanceof Silent ? 'It may be busy: look at its load, and ask again.' : LOG
}

/** What `work` finds out, or why it does not. `onBug` is told of errors whose cause is not shown. */
export async function asPart<T extends object>(
  work: () => Promise<T>,
  onBug: (error: unknown) => void,
): Promise<Part<T>> {
  try {
    return { known: true, ...(await work()) }
  } catch (error) {
    const isExpected =
      error instanceof StoreUnavailable || error instanceof ControlError || error instanceof Silent
    if (!isExpected || error instanceof ControlRefused) onBug(error)
    return { known: false, reason: reasonOf(error), advice: adviceOf(error) }
  }
}
