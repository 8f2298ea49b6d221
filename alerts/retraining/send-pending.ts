import { createHash, randomBytes } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { channels } from '../../control/declared/channel.ts'
import type { Store } from '../../store/engine/client.ts'
import { callHttp, type SendOutcome } from '../http/http.ts'
import type { Log } from '../delivery/log.ts'
import { nextAttempt } from '../http/retry.ts'
import { isRetrainTarget, NOT_FOR_RETRAINING, retrainCall } from './call.ts'
import { recordStep, type Step } from './record.ts'
import { readRetrains, type Retrain } from './retrain.ts'
import { deadline } from '../../control/alerting/retrain-state.ts'

export interface SendPendingRequest {
  store: Store
  dispatcher: Dispatcher
  /** Where the pipeline reaches the service. */
  publicUrl: string
  /** Real time, whatever the evaluation's is. */
  clock: () => Date
  /** Whether requests of a monitor wait, because newer events of it are about to come. */
  isHeld?: (monitor: string) => boolean
  /** Whether sending is still for this process to do; asked before each request. */
  isOurs?: () => Promise<boolean>
  /** In [0, 1). */
  random: () => number
  log: Log
  signal?: AbortSignal | undefined
}

const TOKEN_BYTES = 32
const SERVICE = 'driftgauge'

/**
 * Sends the requests that are due, each to its own target, and ends those of which nothing is heard. At least once:
 * what was sent and not recorded is sent again under the same id. To be run by one process, one call at a time.
 * @returns how many steps were recorded
 */
export async function sendPendingRetrains(context: SendPendingRequest): Promise<number> {
  const { store, clock, isHeld = () => false, isOurs } = context
  let steps = 0
  for (const retrain of await readRetrains(store)) {
    if (context.signal?.aborted || (isOurs !== undefined && !(await isOurs()))) break
    if (isLost(retrain, clock())) {
      await recordStep(store, retrain.request.id, { ...LOST, at: clock() })
      steps++
    } else if (isDue(retrain, clock()) && !isHeld(retrain.request.monitor)) {
      steps += await attempt(context, retrain)
    }
  }
  return steps
}

const LOST = { type: 'expired', by: SERVICE, comment: 'no report arrived in time' } as const

function isLost({ request, state }: Retrain, now: Date): boolean {
  const until = deadline(state, request.callbackWithin)
  return until !== undefined && now >= until
}

function isDue({ state }: Retrain, now: Date): boolean {
  return state.status === 'requested' && (state.nextAttemptAt === undefined || state.nextAttemptAt <= now)
}

async function attempt(context: SendPendingRequest, { request }: Retrain): Promise<number> {
  const { store, clock, log } = context
  // A token of its own for each attempt, because only hashes are kept and so an earlier one cannot be sent again.
  const token = `dgr_${randomBytes(TOKEN_BYTES).toString('base64url')}`
  const tokenHash = createHash('sha256').update(token).digest('hex')
  const begun = await recordStep(store, request.id, { ...by('sending', clock()), tokenHash })
  if (begun.outcome !== 'applied') return 0
  const outcome = await send(context, begun.retrain, token)
  if (outcome.status === 'aborted') return 1
  const step = stepAfter(begun.retrain, outcome, clock(), context.random())
  await recordStep(store, request.id, step)
  const fields = {
    retrain: request.id,
    target: request.target,
    httpStatus: step.httpStatus,
    error: step.error,
  }
  if (step.type === 'sent') log.info(fields, 'retraining requested')
  else
    log.warn(
      fields,
      step.type === 'not_sent'
        ? 'retraining request not delivered, will be retried'
        : 'retraining request abandoned',
    )
  return 2
}

async function send(
  { store, dispatcher, publicUrl, clock, signal }: SendPendingRequest,
  { request }: Retrain,
  token: string,
): Promise<SendOutcome> {
  const target = await channels.find(store.control, request.target)
  if (target === undefined)
    return { status: 'retryable', latencyMs: 0, error: 'no channel with this name is declared' }
  if (!isRetrainTarget(target))
    return { status: 'refused', latencyMs: 0, error: `the channel ${NOT_FOR_RETRAINING}` }
  const now = clock()
  return callHttp({ ...retrainCall(target, { request, publicUrl, token }, now), dispatcher, now, signal })
}

function stepAfter(
  { state }: Retrain,
  outcome: Exclude<SendOutcome, { status: 'aborted' }>,
  now: Date,
  random: number,
): Step {
  const made = { httpStatus: outcome.httpStatus, latencyMs: outcome.latencyMs }
  if (outcome.status === 'delivered') return { ...by('sent', now), ...made }
  const { error } = outcome
  if (outcome.status === 'refused') return { ...by('undeliverable', now), ...made, error }
  const next = nextAttempt({
    attempt: state.attempts,
    firstAttemptAt: state.firstAttemptAt ?? now,
    now,
    random,
    retryAfter: outcome.retryAfter,
  })
  return next === undefined
    ? {
        ...by('undeliverable', now),
        ...made,
        error: `${error}; no attempts remain within 24 hours of the first one`,
      }
    : { ...by('not_sent', now), ...made, error, nextAttemptAt: next.toISOString() }
}

const by = <Type extends Step['type']>(type: Type, at: Date) => ({ type, at, by: SERVICE, comment: '' })
