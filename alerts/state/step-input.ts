import type { AlertEvent, Member } from '../../control/alerting/alert-event.ts'
import type { AlertPolicy } from './policy.ts'
import type { MemberEvaluation } from './window-verdict.ts'

/** What alerting needs to know of a monitor. */
export interface AlertMonitor {
  name: string
  model: string
  alert: AlertPolicy & { channels: readonly string[] }
}

export interface StepInput {
  monitor: AlertMonitor
  windowEnd: Date
  /** The kinds that are evaluated by this call; the others are left alone. All of them if absent. */
  kinds?: readonly string[] | undefined
  /** All of this window, of these kinds. */
  evaluations: readonly MemberEvaluation[]
  /** Evaluations of earlier windows that count, decided or unconfirmed, ascending for each member. */
  history: readonly MemberEvaluation[]
  /** The last event of each member and of each alert, of earlier windows. */
  before: readonly AlertEvent[]
  /** The events that this window has already because it ran before, newest first. */
  existing: readonly AlertEvent[]
  /** What a version of the model is compared with, in words; '' stands for the whole of it. */
  baselineOf?: ((version: string) => string) | undefined
  /** What retraining has done for a kind whose drift began at `since`, in words; undefined where it did nothing. */
  retrained?: ((kind: string, since: Date) => string | undefined) | undefined
  importance?: ((member: Member) => number | undefined) | undefined
  /** Whether the monitor still checks a member that has no evaluation here. Those it does not are resolved. */
  watches?: ((member: Member) => boolean) | undefined
  now: Date
}
