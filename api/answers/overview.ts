import { ERROR_FINDING } from '../../alerts/state/policy.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { EvaluationStatus } from '../../store/results/evaluations.ts'
import type { Task } from '../../control/declared/model.ts'
import type { NewestWindow } from '../../store/results/newest-windows.ts'
import type { EffectPoint, NewestResults } from '../../store/views/overview.ts'
import type { Traffic } from '../../store/views/traffic.ts'
import type { ModelOverview } from '../contract/overview.ts'

/** What is known of one model. */
export interface ModelFacts {
  model: string
  task: Task
  hasBaseline: boolean
  monitors: readonly string[]
  /** The effect from which the first of them warns. */
  warningFrom: number | undefined
  /** Events of alerts that fire now, newest first. */
  firing: readonly AlertEvent[]
  ends: readonly NewestWindow[]
  newest: NewestResults | undefined
  /** How the newest window of each monitor ended, where it was scheduled. */
  evaluations: readonly { status: EvaluationStatus; end: Date }[]
  /** Ascending. */
  effects: readonly EffectPoint[]
  traffic: Traffic | undefined
}

/** How a model stands. */
export function toOverview(facts: ModelFacts): ModelOverview {
  const { model, task, newest, ends, traffic } = facts
  const state = stateOf(facts)
  const latest = Math.max(...ends.map(({ end }) => end.getTime()))
  return {
    model,
    task,
    state,
    status: state === 'evaluated' ? statusOf(facts, latest) : null,
    firing: facts.firing
      .map(({ id, monitor, kind, severity, summary, windowEnd }) => {
        return { id, monitor, kind, severity, summary, window_end: windowEnd.toISOString() }
      })
      .sort((a, b) => severityRank(a.severity) - severityRank(b.severity)),
    worst: newest === undefined ? null : worstOf(newest),
    drifted: { columns: newest?.drifted ?? 0, of: newest?.decided ?? 0 },
    data_findings: facts.firing
      .filter(({ kind }) => kind === DATA_KIND)
      .flatMap(({ members }) => members)
      .filter(({ column }) => column !== ERROR_FINDING).length,
    latest_window_end: ends.length === 0 ? null : new Date(latest).toISOString(),
    sparkline: facts.effects.map(({ window_end, effect, drifted, decided }) => {
      return { window_end, effect, drifted_share: decided === 0 ? null : drifted / decided }
    }),
    warning_from: facts.warningFrom ?? null,
    predictions: { last_24h: traffic?.lastDay ?? 0, until: traffic?.until.toISOString() ?? null },
    label_lag_hours: traffic?.labelLag ?? null,
  }
}

function stateOf({ traffic, hasBaseline, monitors, ends, evaluations }: ModelFacts): ModelOverview['state'] {
  if (traffic === undefined) return 'no_events'
  if (!hasBaseline) return 'no_baseline'
  if (monitors.length === 0) return 'no_monitor'
  const done =
    ends.length > 0 || evaluations.some(({ status }) => ['evaluated', 'no_data', 'error'].includes(status))
  return done ? 'evaluated' : 'waiting'
}

/** An alert on silence says only that there is no data, one on failing runs that nothing is known: statuses of their own. */
function statusOf({ firing, newest, evaluations }: ModelFacts, latest: number): ModelOverview['status'] {
  const blind = (['error', 'no_data'] as const).find((blindness) =>
    evaluations.some(({ status, end }) => status === blindness && end.getTime() >= latest),
  )
  const visible = blind !== undefined ? firing.filter(({ kind }) => kind !== DATA_KIND) : firing
  if (visible.length > 0)
    return visible.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning'
  if (blind !== undefined) return blind
  switch (newest?.worst.verdict) {
    case 'ok':
    case 'unconfirmed':
      return newest.worst.verdict
    case 'warning':
    case 'critical':
      return 'pending'
    default:
      return 'insufficient_data'
  }
}

function worstOf({ worst: { id, ...worst } }: NewestResults): ModelOverview['worst'] {
  return { ...worst, result_id: id }
}

const severityRank = (severity: string) => (severity === 'critical' ? 0 : 1)

/** Most severe first; a model of which nothing was evaluated comes last. */
const ORDER: readonly ModelOverview['status'][] = ['critical', 'warning', 'error', 'no_data', 'pending', 'unconfirmed', 'insufficient_data', 'ok', null] // prettier-ignore

/** By severity, then by name. */
export function bySeverity(a: ModelOverview, b: ModelOverview): number {
  return ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (a.model < b.model ? -1 : 1)
}
