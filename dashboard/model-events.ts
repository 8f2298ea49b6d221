import type { z } from 'zod'
import type { alertSchema } from '../api/contract/alerting/alerts.ts'
import type { experimentAnswer } from '../api/contract/versions/experiments.ts'
import type { retrainSchema } from '../api/contract/alerting/retrains.ts'
import type { mlflowStatus } from '../api/contract/registry/mlflow.ts'
import type { ChartEvent } from '../charts/events.ts'
import { stateWords } from '../charts/experiment/words.ts'
import { subjectOf } from '../domain/words/wording.ts'

type Alert = Pick<z.output<typeof alertSchema>, 'kind' | 'status' | 'reason' | 'window_end' | 'members'>
type Retrain = Pick<z.output<typeof retrainSchema>, 'status' | 'status_since' | 'created_at' | 'version'>

type Version = z.output<typeof mlflowStatus>['versions'][number]
type Experiment = Pick<z.output<typeof experimentAnswer>, 'name' | 'standing'>

/** How requested retrainings end if they do not succeed. */
const FAILURES: Partial<Record<Retrain['status'], string>> = {
  failed: 'Retraining failed',
  expired: 'Retraining lost',
  undeliverable: 'Retraining not delivered',
}
/** What nobody was asked for. */
const IDLE: readonly Retrain['status'][] = ['refused', 'rejected', 'dry_run']

/**
 * When a model's alerts began and ended, of all events of these, its retrainings were asked for, what came of them, when
 * its alias in MLflow was moved, of all versions newest first, and its experiments were decided and closed; ascending.
 */
export function modelEvents(
  alerts: readonly Alert[],
  retrains: readonly Retrain[],
  versions: readonly Version[] = [],
  experiments: readonly Experiment[] = [],
): ChartEvent[] {
  // The oldest is where the alias was found.
  const moves = versions.slice(0, -1).map(moveEvent)
  return [
    ...alerts.flatMap(alertEvents),
    ...retrains.flatMap(retrainEvents),
    ...moves,
    ...experiments.flatMap(experimentEvents),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function alertEvents({ kind, status, reason, window_end, members }: Alert): ChartEvent[] {
  if (reason === 'first') {
    const [since] = members.map((member) => member.since).toSorted()
    return [{ kind: 'alert', at: since ?? window_end, label: subjectOf(kind) }]
  }
  if (status !== 'resolved') return []
  const end = reason === 'unwatched' ? 'no longer monitored' : 'resolved'
  return [{ kind: 'resolved', at: window_end, label: `${subjectOf(kind)} ${end}` }]
}

function moveEvent({ version, seen_at }: Version): ChartEvent {
  return { kind: 'version', at: seen_at, label: `MLflow version ${version}` }
}

function retrainEvents({ status, status_since, created_at, version }: Retrain): ChartEvent[] {
  if (IDLE.includes(status)) return []
  const request = { kind: 'retraining' as const, at: created_at, label: 'Retraining' }
  if (status === 'succeeded')
    return [request, { kind: 'version', at: status_since, label: `Version ${version}` }]
  const failure = FAILURES[status]
  return failure === undefined
    ? [request]
    : [request, { kind: 'retraining', at: status_since, label: failure }]
}

function experimentEvents({ name, standing }: Experiment): ChartEvent[] {
  if (standing === null) return []
  const { state, decided_at, closed } = standing
  const event = (at: string, words: string): ChartEvent => ({
    kind: 'decision',
    at,
    label: `${name}: ${words}`,
  })
  return [
    ...(decided_at === null ? [] : [event(decided_at, stateWords(state))]),
    ...(closed === null ? [] : [event(closed.at, closed.decision)]),
  ]
}
