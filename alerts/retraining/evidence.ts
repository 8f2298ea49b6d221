import { deciderOf } from '../../domain/thresholds.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { windowStart, type Windowing } from '../../domain/monitor-window.ts'
import type { RetrainAlert, RetrainEvidence, Training } from '../../control/alerting/retrains.ts'
import { MAX_MEMBERS } from './grow.ts'

const MAX_EXPLANATION_LENGTH = 500

/** Why an event of an alert asks for retraining: what drifted most, and the data since then. Pure. */
export function evidenceOf(
  event: AlertEvent,
  monitor: Windowing & Pick<Monitor, 'decide'>,
  training: Training = trainingOf(event, monitor),
): RetrainEvidence {
  const { severity, summary, baseline, windowEnd, members } = event
  return {
    alerts: [toAlert(event)],
    severity,
    summary,
    window: windowBefore(windowEnd, monitor),
    baseline,
    statistic: deciderOf(event.kind, monitor.decide),
    members: members.slice(0, MAX_MEMBERS).map(({ importance: _, resultId, explanation, ...member }) => ({
      ...member,
      explanation: explanation?.slice(0, MAX_EXPLANATION_LENGTH).toWellFormed(),
      result_id: resultId,
    })),
    training,
  }
}

const toAlert = ({ id, monitor, kind, severity, summary }: AlertEvent): RetrainAlert => ({
  id,
  monitor,
  kind,
  severity,
  summary,
})

/** Data since an alert's drift began: since `changedAt` where that is known, else since its first window. Pure. */
export function trainingOf(event: AlertEvent, monitor: Windowing, changedAt?: Date): Training {
  const from = changedAt ?? firstDriftedWindow(event, monitor)
  return {
    from: from.toISOString(),
    to: event.windowEnd.toISOString(),
    basis: changedAt === undefined ? 'first_drifted_window' : 'change_point',
    exclude: [],
  }
}

/** Where the first window that drifted begins; `since` is its end. */
export function firstDriftedWindow({ members }: Pick<AlertEvent, 'members'>, monitor: Windowing): Date {
  return windowStart(monitor, new Date(Math.min(...members.map(({ since }) => Date.parse(since)))))
}

/** What is known where a person asks without an alert. Pure. */
export function manualEvidence(windowEnd: Date, monitor: Windowing): RetrainEvidence {
  const window = windowBefore(windowEnd, monitor)
  return {
    alerts: [],
    severity: undefined,
    summary: 'Requested manually, without an alert.',
    window,
    baseline: undefined,
    statistic: undefined,
    members: [],
    training: { ...window, basis: 'window', exclude: [] },
  }
}

function windowBefore(end: Date, monitor: Windowing) {
  return { from: windowStart(monitor, end).toISOString(), to: end.toISOString() }
}
