import type { Severity } from '../../domain/severity.ts'
import type { Control } from '../database/control.ts'
import type { ControlTables } from '../database/tables.ts'

/** A period, ISO 8601, `[from, to)`. */
export interface Period {
  from: string
  to: string
}

/** A column that drifted, as the pipeline is told of it. */
export interface RetrainMember {
  kind: string
  column: string
  segment: string
  version: string
  severity: string
  since: string
  effect?: number | undefined
  explanation?: string | undefined
  result_id?: string | undefined
}

/** An alert that asks for a retraining. */
export interface RetrainAlert {
  /** Of its event. */
  id: string
  monitor: string
  kind: string
  severity: Severity
  summary: string
}

/** A period with broken data. */
export interface Exclusion extends Period {
  reason: string
}

/** What the beginning of a training period follows from. */
export const TRAINING_BASES = ['change_point', 'first_drifted_window', 'window'] as const
export type TrainingBasis = (typeof TRAINING_BASES)[number]

/** Data to train on. */
export interface Training extends Period {
  basis: TrainingBasis
  /** What is better left out. */
  exclude: Exclusion[]
}

/** Why a model is to be trained again. */
export interface RetrainEvidence {
  /** All that ask for it, the leading one first, whose severity, summary, window, baseline and statistic follow. */
  alerts: RetrainAlert[]
  severity: Severity | undefined
  summary: string
  /** The window at which the alert fired. */
  window: Period
  baseline: string | undefined
  /** What the effects were measured by. */
  statistic: string | undefined
  /** Worst first. */
  members: RetrainMember[]
  training: Training
}

/** A wish to have a model trained again. What becomes of it are its events. */
export interface RetrainRequest {
  id: string
  model: string
  monitor: string
  /** The kind of the leading alert; `manual` where a person asked without one. */
  kind: string
  /** Id of the leading alert's event. */
  alert: string | undefined
  /** Name of the channel. */
  target: string
  evidence: RetrainEvidence
  /** Milliseconds without a word after which it counts as lost. */
  callbackWithin: number
  /** Milliseconds: so much of the beginning of the new version becomes a baseline. */
  baselineFirst: number | undefined
  createdAt: Date
}

export const RETRAIN_EVENT_TYPES = [
  'awaiting_approval', 'held', 'deferred', 'requested', 'refused', 'dry_run', 'joined', 'approved', 'released', 'rejected',
  'cancelled', 'sending', 'sent', 'not_sent', 'undeliverable', 'replayed', 'accepted', 'running', 'succeeded', 'failed', 'expired',
  'baseline', 'baseline_failed',
] as const // prettier-ignore
export type RetrainEventType = (typeof RETRAIN_EVENT_TYPES)[number]

/** Something that happened to a request. */
export interface RetrainEvent {
  id: string
  /** Counts up from 1 within a request. */
  seq: number
  at: Date
  type: RetrainEventType
  /** Who did it: a key's name, a monitor, the pipeline, the service. */
  by: string
  /** Of a person, of the pipeline, or what the request waits for. */
  comment: string
  /** Of `sending`: SHA-256 of the token that this attempt carries, in hexadecimal digits. */
  tokenHash?: string | undefined
  httpStatus?: number | undefined
  latencyMs?: number | undefined
  error?: string | undefined
  nextAttemptAt?: string | undefined
  /** Of `joined`: what the alerts add. */
  evidence?: RetrainEvidence | undefined
  /** The model's new version. */
  version?: string | undefined
  /** Number of the baseline that was made the active one, or bound to the new version. */
  baseline?: number | undefined
}

export interface StoredRetrain {
  request: RetrainRequest
  /** In the order in which they happened. */
  events: RetrainEvent[]
}

export async function insertRetrain(control: Control, request: RetrainRequest): Promise<void> {
  const { id, model, monitor, kind, alert, createdAt, ...document } = request
  const values = {
    model,
    monitor,
    kind,
    alert: alert ?? null,
    created_at: createdAt.getTime(),
    document: JSON.stringify(document),
  }
  await control
    .insertInto('retrains')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

/** Appends an event; false where the request has one of this number already, because somebody else came first. */
export async function insertRetrainEvent(
  control: Control,
  retrain: string,
  event: RetrainEvent,
): Promise<boolean> {
  const { id, seq, at, ...document } = event
  const { numInsertedOrUpdatedRows } = await control
    .insertInto('retrain_events')
    .values({ retrain, seq, id, at: at.getTime(), document: JSON.stringify(document) })
    .onConflict((conflict) => conflict.columns(['retrain', 'seq']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export interface RetrainFilter {
  id?: string | undefined
  model?: string | undefined
  monitor?: string | undefined
  kind?: string | undefined
  alert?: string | undefined
}

/** Requests with all their events, newest first. There are few: policies let one through a day or so. */
export async function listRetrains(control: Control, filter: RetrainFilter = {}): Promise<StoredRetrain[]> {
  let requests = control.selectFrom('retrains').selectAll()
  for (const column of ['id', 'model', 'monitor', 'kind', 'alert'] as const)
    if (filter[column] !== undefined) requests = requests.where(column, '=', filter[column])
  const found = await requests.orderBy('created_at', 'desc').orderBy('id').execute()
  if (found.length === 0) return []
  const events = await control
    .selectFrom('retrain_events')
    .selectAll()
    .where('retrain', 'in', requests.clearSelect().select('id'))
    .orderBy('retrain')
    .orderBy('seq')
    .execute()
  const stored = new Map(
    found.map((row) => [row.id, { request: decodeRequest(row), events: [] as RetrainEvent[] }]),
  )
  for (const { retrain, id, seq, at, document } of events) {
    const rest = JSON.parse(document) as Omit<RetrainEvent, 'id' | 'seq' | 'at'>
    stored.get(retrain)?.events.push({ ...rest, id, seq, at: new Date(at) })
  }
  return [...stored.values()]
}

export async function findRetrain(control: Control, id: string): Promise<StoredRetrain | undefined> {
  return (await listRetrains(control, { id }))[0]
}

function decodeRequest({ created_at, document, alert, ...row }: ControlTables['retrains']): RetrainRequest {
  const rest = JSON.parse(document) as Omit<RetrainRequest, keyof typeof row | 'createdAt' | 'alert'>
  const request = { ...row, ...rest, alert: alert ?? undefined, createdAt: new Date(created_at) }
  return { ...request, evidence: withAlerts(request) }
}

/** Evidence that an earlier version stored names one alert, and not what the beginning of its period follows from. */
function withAlerts({ alert, monitor, kind, evidence }: RetrainRequest): RetrainEvidence {
  const { alerts, training } = evidence as Partial<RetrainEvidence>
  if (alerts !== undefined) return evidence
  const { severity = 'warning', summary } = evidence
  const basis = alert === undefined ? 'window' : 'first_drifted_window'
  return {
    ...evidence,
    alerts: alert === undefined ? [] : [{ id: alert, monitor, kind, severity, summary }],
    training: { ...training!, basis, exclude: [] },
  }
}
