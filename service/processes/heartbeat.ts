import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { SECOND_MS } from '../../domain/time.ts'
import type { Control } from '../../control/database/control.ts'
import type { ProcessReport } from '../../control/operation/process-report.ts'
import { removeProcess, writeProcess } from '../../control/operation/processes.ts'
import { every } from '../every.ts'

/** Others take a process for silent after three times as long. */
const BEAT_EVERY_MS = 15 * SECOND_MS
const MAX_STOP_MS = 2_000

export interface HeartbeatOptions {
  control: Control
  id: string
  /** What the process says of itself. */
  report: () => Promise<ProcessReport>
  log: Logger
}

/** Tells other processes how this one is, at once and every 15 seconds. Returns how to stop. */
export function startHeartbeat({ control, id, report, log }: HeartbeatOptions): () => Promise<void> {
  async function beat(): Promise<void> {
    try {
      await writeProcess(control, id, await report())
    } catch (error) {
      log.debug({ err: error }, 'the state of this process was not stored; it will be retried')
    }
  }
  const first = beat()
  const stop = every(BEAT_EVERY_MS, beat)
  const leave = async () => {
    await Promise.all([first, stop()])
    await removeProcess(control, id)
  }
  return async () => {
    const leaving = leave().catch((error: unknown) =>
      log.debug({ err: error }, 'the state of this process was not removed; it is an hour later'),
    )
    // What does not respond must not hold a stop up.
    await Promise.race([leaving, setTimeout(MAX_STOP_MS, undefined, { ref: false })])
  }
}
