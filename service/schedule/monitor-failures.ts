import { DATA_KIND } from '../../domain/drift-kind.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import type { Logger } from 'pino'
import { evaluateAlerts } from '../../alerts/state/evaluate-alerts.ts'
import { ERROR_FINDING } from '../../alerts/state/policy.ts'
import { newestEnd } from '../../detectors/run/schedule.ts'
import type { Fence } from '../../control/alerting/insert-alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import { insertEvaluation } from '../../store/results/evaluations.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Stream } from '../../store/profiles/profiles.ts'

/** A monitor is in error once so many ticks in a row have failed: one that is cut short is no news. */
export const FAILURES_TO_TELL = 3

export interface FailureContext {
  store: Store
  log: Logger
  /** Ticks in a row that failed, by monitor. Of one that has not run since the service started it is not known. */
  failures: Map<string, number>
  /** Refuses to store anything once another process evaluates. */
  fence?: Fence | undefined
}

export interface RunOutcome {
  monitor: Monitor
  /** The stream that failed, if one did. */
  failed: Stream | undefined
  now: Date
}

/**
 * Takes note of how a tick went for a monitor. What fails again and again becomes a finding of its own, `error`, which
 * ends with the first tick that works. It has no window: it is told as of the minute at which it was found.
 */
export async function noteOutcome(
  { store, log, failures, fence }: FailureContext,
  { monitor, failed, now }: RunOutcome,
): Promise<void> {
  const { name, model } = monitor
  const before = failures.get(name)
  const count = failed === undefined ? 0 : (before ?? 0) + 1
  if (failed !== undefined) failures.set(name, count)
  if (failed === undefined ? before === 0 : count < FAILURES_TO_TELL) return
  const windowEnd = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)
  const explanation =
    failed === undefined
      ? `Monitor ${name} works again.`
      : `The last ${count} runs of monitor ${name} failed while checking its ${failed}; see the service log for the cause. It is retried every minute and does not skip any window.`
  const member = { kind: DATA_KIND, column: ERROR_FINDING, segment: '', version: '' }
  const verdict = failed === undefined ? 'ok' : 'warning'
  try {
    await evaluateAlerts({
      store,
      mode: 'live',
      monitor: { name, model, alert: monitor.alert },
      windowEnd,
      evaluations: [{ ...member, windowEnd, verdict, explanation }],
      kinds: [DATA_KIND],
      watches: () => true,
      fence,
      now,
    })
    if (failed !== undefined) {
      const end = newestEnd(monitor, now)
      const evaluation = { monitor: name, stream: failed, windowEnd: end, evaluatedAt: now }
      await insertEvaluation(store, { ...evaluation, status: 'error', detail: explanation })
    }
    failures.set(name, count)
  } catch (error) {
    log.error(
      { err: error, monitor: name },
      'the outcome of the monitor could not be recorded; the next tick tries again',
    )
  }
}
