import { setImmediate } from 'node:timers/promises'
import { isDecided, isPlaced, type MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import { memberKey } from '../../alerts/state/member.ts'
import { step } from '../../alerts/state/step.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Monitor } from '../../control/declared/monitor.ts'

/** Windows between two turns of the event loop. */
const SLICE = 50

/**
 * The events of alerts that would have come of these windows, ascending, had nothing been open before them. It
 * takes the windows through the same step as the live ones, keeps what was before in memory, and stores nothing.
 */
export async function simulateAlerts(
  monitor: Monitor,
  windows: ReadonlyMap<number, readonly MemberEvaluation[]>,
): Promise<AlertEvent[]> {
  const { name, model, alert } = monitor
  const kept = Math.max(alert.fire.m, alert.resolve)
  const history = new Map<string, MemberEvaluation[]>()
  const last = new Map<string, AlertEvent>()
  const alerts: AlertEvent[] = []
  let done = 0
  for (const [end, evaluations] of windows) {
    if (++done % SLICE === 0) await setImmediate()
    const windowEnd = new Date(end)
    const events = step({
      monitor: { name, model, alert: { ...alert, channels: [] } },
      windowEnd,
      evaluations,
      history: [...history.values()].flat(),
      before: [...last.values()],
      existing: [],
      now: windowEnd,
    })
    for (const event of events) {
      last.set(`${event.scope} ${memberKey(event)}`, event)
      if (event.scope === 'alert') alerts.push(event)
    }
    for (const evaluation of evaluations.filter(isPlaced)) {
      const key = memberKey(evaluation)
      history.set(key, newest([...(history.get(key) ?? []), evaluation], kept))
    }
  }
  return alerts
}

/** The last decided ones and as many unconfirmed ones, ascending as they came. */
function newest(evaluations: readonly MemberEvaluation[], kept: number): MemberEvaluation[] {
  const of = (decided: boolean) => evaluations.filter((one) => isDecided(one) === decided).slice(-kept)
  const wanted = new Set([...of(true), ...of(false)])
  return evaluations.filter((one) => wanted.has(one))
}
