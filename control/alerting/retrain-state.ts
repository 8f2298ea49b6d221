import type { RetrainEvent, RetrainEventType } from './retrains.ts'

export const RETRAIN_STATUSES = [
  'awaiting_approval', 'held', 'deferred', 'requested', 'sent', 'accepted', 'running', 'succeeded', 'failed', 'rejected', 'cancelled',
  'expired', 'undeliverable', 'refused', 'dry_run',
] as const // prettier-ignore
export type RetrainStatus = (typeof RETRAIN_STATUSES)[number]

/** What the pipeline can tell of. */
export const CALLBACKS = ['accepted', 'running', 'succeeded', 'failed'] as const
export type Callback = (typeof CALLBACKS)[number]

export interface RetrainState {
  status: RetrainStatus
  /** When it got there. */
  since: Date
  /** When it was to be sent, by itself or approved, or would have been were it no dry run; undefined before. */
  requestedAt: Date | undefined
  /** Attempts to send it that were begun, since it was last given up. */
  attempts: number
  firstAttemptAt: Date | undefined
  /** Undefined where it may be sent at once. */
  nextAttemptAt: Date | undefined
  /** Of the tokens that may report on it. */
  tokenHashes: string[]
  version: string | undefined
  /** Number of the baseline that was made active, or bound to the new version, after it. */
  baseline: number | undefined
  /** Why that baseline could not be made when it was last tried. */
  baselineError: string | undefined
}

const START = 'none'
type From = RetrainStatus | typeof START
type Moves = Partial<Record<From, RetrainStatus>>

/** A late word is better than none: what expired or could not be delivered may still go on. */
const REPORTED_IN = ['requested', 'sent', 'expired', 'undeliverable'] as const
/** For a person, for the model's data to be as they should be again, or for another retraining and the time after it. */
const WAITING = ['awaiting_approval', 'held', 'deferred'] as const
const UNDER_WAY = ['sent', 'accepted', 'running'] as const

/** Where each event leads from each status; from all others it leads nowhere. */
export const MOVES: Record<RetrainEventType, Moves> = {
  awaiting_approval: { [START]: 'awaiting_approval' },
  requested: { [START]: 'requested' },
  held: { [START]: 'held', deferred: 'held' },
  deferred: { [START]: 'deferred', held: 'deferred' },
  refused: { [START]: 'refused' },
  dry_run: { [START]: 'dry_run' },
  approved: to('requested', WAITING),
  rejected: to('rejected', WAITING),
  joined: {
    awaiting_approval: 'awaiting_approval',
    held: 'held',
    deferred: 'deferred',
    requested: 'requested',
  },
  released: to('requested', ['held', 'deferred']),
  cancelled: to('cancelled', [...WAITING, 'requested', ...UNDER_WAY]),
  sending: { requested: 'requested' },
  not_sent: { requested: 'requested' },
  sent: { requested: 'sent' },
  undeliverable: { requested: 'undeliverable' },
  replayed: { undeliverable: 'requested' },
  accepted: to('accepted', REPORTED_IN),
  running: to('running', [...REPORTED_IN, 'accepted']),
  succeeded: to('succeeded', [...REPORTED_IN, 'accepted', 'running']),
  failed: to('failed', [...REPORTED_IN, 'accepted', 'running']),
  expired: to('expired', UNDER_WAY),
  baseline: { succeeded: 'succeeded' },
  baseline_failed: { succeeded: 'succeeded' },
}

function to(status: RetrainStatus, from: readonly RetrainStatus[]): Moves {
  return Object.fromEntries(from.map((one) => [one, status]))
}

/** Whether a request is neither decided against nor over. */
export function isOpen(status: RetrainStatus): boolean {
  return isWaiting(status) || isUnderWay(status)
}

/** Whether a person may let a request go on that otherwise waits. */
export function isWaiting(status: RetrainStatus): boolean {
  return WAITING.some((one) => one === status)
}

/** Whether no attempt to send a request was ever begun, so that what it says can still grow. */
export function isUnsent({
  status,
  attempts,
  tokenHashes,
}: Pick<RetrainState, 'status' | 'attempts' | 'tokenHashes'>): boolean {
  return (isWaiting(status) || status === 'requested') && attempts === 0 && tokenHashes.length === 0
}

/** Whether the pipeline is being asked to train, or does. */
export function isUnderWay(status: RetrainStatus): boolean {
  return status === 'requested' || UNDER_WAY.some((one) => one === status)
}

/**
 * Where a request stands after its events. Pure. An event that leads nowhere from where the ones before it led
 * changes nothing, so that two processes that write at once cannot contradict each other.
 */
export function retrainStateAfter(events: readonly RetrainEvent[]): RetrainState | undefined {
  return events.reduce<RetrainState | undefined>((state, event) => applied(state, event) ?? state, undefined)
}

/** The events that led somewhere. */
export function effective(events: readonly RetrainEvent[]): RetrainEvent[] {
  let state: RetrainState | undefined
  return events.filter((event) => {
    const next = applied(state, event)
    state = next ?? state
    return next !== undefined
  })
}

function applied(state: RetrainState | undefined, event: RetrainEvent): RetrainState | undefined {
  const status = MOVES[event.type][state?.status ?? START]
  if (event.type === 'joined' && state !== undefined && !isUnsent(state)) return undefined
  if (status === undefined) {
    // What an attempt came to is known to have happened, whatever the pipeline said meanwhile.
    return state !== undefined && isAttemptOver(event.type)
      ? { ...state, ...attempted(state, event) }
      : undefined
  }
  const before = state ?? fresh(status, event.at)
  const moved = before.status === status ? before : { ...before, status, since: event.at }
  return { ...moved, ...attempted(moved, event), ...reported(moved, event) }
}

function fresh(status: RetrainStatus, since: Date): RetrainState {
  return {
    status,
    since,
    requestedAt: undefined,
    attempts: 0,
    firstAttemptAt: undefined,
    nextAttemptAt: undefined,
    tokenHashes: [],
    version: undefined,
    baseline: undefined,
    baselineError: undefined,
  }
}

function isAttemptOver(type: RetrainEventType): boolean {
  return type === 'not_sent' || type === 'sent'
}

function attempted(
  state: RetrainState,
  { type, at, tokenHash, nextAttemptAt }: RetrainEvent,
): Partial<RetrainState> {
  if (type === 'replayed') return { attempts: 0, firstAttemptAt: undefined, nextAttemptAt: undefined }
  if (type === 'not_sent') return { nextAttemptAt: nextAttemptAt ? new Date(nextAttemptAt) : undefined }
  if (type !== 'sending') return {}
  return {
    attempts: state.attempts + 1,
    firstAttemptAt: state.firstAttemptAt ?? at,
    nextAttemptAt: undefined,
    tokenHashes: tokenHash === undefined ? state.tokenHashes : [...state.tokenHashes, tokenHash],
  }
}

const STARTED: readonly RetrainEventType[] = ['requested', 'approved', 'released', 'dry_run']

function reported(state: RetrainState, event: RetrainEvent): Partial<RetrainState> {
  const { type, at, version, baseline, error } = event
  return {
    baselineError: type === 'baseline_failed' ? error : type === 'baseline' ? undefined : state.baselineError,
    requestedAt: STARTED.some((one) => one === type) ? at : state.requestedAt,
    version: type === 'succeeded' ? version : state.version,
    baseline: baseline ?? state.baseline,
  }
}

/** `unchanged`: it was so already, or is past that; nothing has to be written. */
export type Advance =
  { outcome: 'applied' } | { outcome: 'unchanged' } | { outcome: 'conflict'; reason: string }

/** What one more event would do to a request. Pure. */
export function advance(
  state: Pick<RetrainState, 'status' | 'version' | 'attempts' | 'tokenHashes'>,
  event: { type: RetrainEventType; version?: string | undefined },
): Advance {
  const { status, version } = state
  const { type } = event
  if (type === 'joined' && !isUnsent(state)) return conflict(WORDS[status])
  if (type === 'succeeded' && status === 'succeeded' && event.version !== version)
    return conflict(`it has already succeeded with version "${version}"`)
  if (MOVES[type][status] !== undefined || isAttemptOver(type)) return { outcome: 'applied' }
  if (isPast(status, type)) return { outcome: 'unchanged' }
  return conflict(WORDS[status])
}

/** Whether a word of the pipeline is an old or a repeated one. */
function isPast(status: RetrainStatus, type: RetrainEventType): boolean {
  if (status === type) return true
  if (type === 'accepted') return status === 'running' || status === 'succeeded' || status === 'failed'
  return type === 'running' && (status === 'succeeded' || status === 'failed')
}

const conflict = (reason: string): Advance => ({ outcome: 'conflict', reason })

/** What to say of a request for which it is too early or too late. */
const WORDS: Record<RetrainStatus, string> = {
  awaiting_approval: 'it is waiting for approval',
  held: 'it is held back by a data problem',
  deferred: 'it waits for another retraining, or for the time after it',
  requested: 'it is about to be sent',
  sent: 'it was sent, and the pipeline has not answered yet',
  accepted: 'the pipeline has accepted it',
  running: 'the training is running',
  succeeded: 'it has already succeeded',
  failed: 'it has already failed',
  rejected: 'it was rejected',
  cancelled: 'it was cancelled',
  expired: 'it has expired',
  undeliverable: 'it could not be delivered',
  refused: 'the policy refused it',
  dry_run: 'it is a dry run',
}

/** When a request of which nothing more is heard counts as lost; undefined where nothing is waited for. */
export function deadline(
  { status, since }: Pick<RetrainState, 'status' | 'since'>,
  callbackWithin: number,
): Date | undefined {
  return UNDER_WAY.some((one) => one === status) ? new Date(since.getTime() + callbackWithin) : undefined
}
