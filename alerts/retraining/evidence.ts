import { deciderOf } from '../../domain/thresholds.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { windowStart, type Windowing } from '../../domain/monitor-window.ts'
import type { RetrainEvidence } from '../../control/alerting/retrains.ts'

const MAX_MEMBERS = 20
const MAX_EXPLANATION_LENGTH = 500

/** Why an event of an alert asks for retraining: what drifted most, and the data since then. Pure. */
export function evidenceOf(event: AlertEvent, monitor: Windowing & Pick<Monitor, 'decide'>): RetrainEvidence {
  const { severity, summary, baseline, windowEnd, members } = event
  const began = Math.min(...members.map(({ since }) => Date.parse(since)))
  return {
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
    // `since` is the end of the first window that drifted.
    training: { from: windowBefore(new Date(began), monitor).from, to: windowEnd.toISOString() },
  }
}

/** What is known where a person asks without an alert. Pure. */
export function manualEvidence(windowEnd: Date, monitor: Windowing): RetrainEvidence {
  const window = windowBefore(windowEnd, monitor)
  return {
    severity: undefined,
    summary: 'Requested manually, without an alert.',
    window,
    baseline: undefined,
    statistic: undefined,
    members: [],
    training: window,
  }
}

function windowBefore(end: Date, monitor: Windowing) {
  return { from: windowStart(monitor, end).toISOString(), to: end.toISOString() }
}
