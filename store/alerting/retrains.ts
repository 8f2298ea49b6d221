import type { Severity } from '../../domain/severity.ts'
import { insertObjects, rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

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

/** Why a model is to be trained again. */
export interface RetrainEvidence {
  severity: Severity | undefined
  summary: string
  /** The window at which the alert fired. */
  window: Period
  baseline: string | undefined
  /** What the effects were measured by. */
  statistic: string | undefined
  /** Worst first. */
  members: RetrainMember[]
  /** Data to train on: from where the drift began. */
  training: Period
}

/** A wish to have a model trained again. What becomes of it are its events. */
export interface RetrainRequest {
  id: string
  model: string
  monitor: string
  /** The kind of the alert; `manual` where a person asked without one. */
  kind: string
  /** Id of the alert's event. */
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
  'awaiting_approval', 'requested', 'refused', 'dry_run', 'approved', 'rejected', 'cancelled', 'sending', 'sent',
  'not_sent', 'undeliverable', 'replayed', 'accepted', 'running', 'succeeded', 'failed', 'expired', 'baseline',
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
  /** Of a person, of the pipeline, or the reason of a refusal. */
  comment: string
  /** Of `sending`: SHA-256 of the token that this attempt carries, in hexadecimal digits. */
  tokenHash?: string | undefined
  httpStatus?: number | undefined
  latencyMs?: number | undefined
  error?: string | undefined
  nextAttemptAt?: string | undefined
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

export const RETRAIN_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS retrains (
    id String, model LowCardinality(String), monitor LowCardinality(String), kind LowCardinality(String),
    alert String, created_at DateTime64(3, 'UTC'), document String CODEC(ZSTD(3))
  ) ENGINE = ReplacingMergeTree ORDER BY (model, id)`,

  // The id is part of the key: of two processes that write the same number at once, neither loses its event.
  `CREATE TABLE IF NOT EXISTS retrain_events (
    retrain String, seq UInt32, id String, at DateTime64(3, 'UTC'), document String
  ) ENGINE = ReplacingMergeTree ORDER BY (retrain, seq, at, id)`,
]

export async function insertRetrain(store: Store, request: RetrainRequest): Promise<void> {
  const { id, model, monitor, kind, alert = '', createdAt, ...document } = request
  await insertObjects(store.rollup, 'retrains', [
    { id, model, monitor, kind, alert, created_at: createdAt.getTime(), document: JSON.stringify(document) },
  ])
}

export async function insertRetrainEvent(store: Store, retrain: string, event: RetrainEvent): Promise<void> {
  const { id, seq, at, ...document } = event
  await insertObjects(store.rollup, 'retrain_events', [
    { retrain, seq, id, at: at.getTime(), document: JSON.stringify(document) },
  ])
}

export interface RetrainFilter {
  id?: string | undefined
  model?: string | undefined
  monitor?: string | undefined
  kind?: string | undefined
  alert?: string | undefined
}

interface Row {
  id: string
  model: string
  monitor: string
  kind: string
  alert: string
  created: number
  document: string
}

/** Requests with all their events, newest first. There are few: policies let one through a day or so. */
export async function listRetrains(store: Store, filter: RetrainFilter = {}): Promise<StoredRetrain[]> {
  const conditions = (['id', 'model', 'monitor', 'kind', 'alert'] as const).flatMap((column) => {
    const value = filter[column]
    return value === undefined ? [] : [`${column} = ${literal(value)}`]
  })
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const found = await rows<Row>(
    store.read,
    `SELECT id, model, monitor, kind, alert, toUnixTimestamp64Milli(created_at) AS created, document
     FROM retrains FINAL ${where} ORDER BY created_at DESC, id`,
  )
  if (found.length === 0) return []
  const events = await rows<{ retrain: string; seq: number; id: string; happened: number; document: string }>(
    store.read,
    `SELECT retrain, seq, id, toUnixTimestamp64Milli(at) AS happened, document FROM retrain_events FINAL
     ${where === '' ? '' : `WHERE retrain IN (SELECT id FROM retrains ${where})`} ORDER BY retrain, seq, at, id`,
  )
  const stored = new Map(
    found.map((row) => [row.id, { request: decodeRequest(row), events: [] as RetrainEvent[] }]),
  )
  for (const { retrain, id, seq, happened, document } of events) {
    const rest = JSON.parse(document) as Omit<RetrainEvent, 'id' | 'seq' | 'at'>
    stored.get(retrain)?.events.push({ ...rest, id, seq, at: new Date(happened) })
  }
  return [...stored.values()]
}

export async function findRetrain(store: Store, id: string): Promise<StoredRetrain | undefined> {
  return (await listRetrains(store, { id }))[0]
}

function decodeRequest({ created, document, alert, ...row }: Row): RetrainRequest {
  const rest = JSON.parse(document) as Omit<RetrainRequest, keyof Row | 'createdAt'>
  return { ...row, ...rest, alert: alert === '' ? undefined : alert, createdAt: new Date(created) }
}
