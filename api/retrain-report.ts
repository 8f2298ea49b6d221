import { timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { z } from 'zod'
import { recordStep, type Step } from '../alerts/retraining/record.ts'
import { readRetrain, type Retrain } from '../alerts/retraining/retrain.ts'
import { digestOf } from './access.ts'
import type { ApiContext } from './context.ts'
import type { retrainRoutes } from './contract/alerting/retrains.ts'
import { Problem } from './problem.ts'
import { activateNewBaseline, findNewBaseline } from './retrain-baseline.ts'

/** Lets only requests pass that have the token of the retraining in their path. */
export function requireRetrainToken({ store }: Pick<ApiContext, 'store'>): RequestHandler {
  return async (request, _response, next) => {
    const token = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1]
    const found = token === undefined ? undefined : await readRetrain(store, request.params.retrain as string)
    if (found === undefined || !isTokenOf(found, token!)) throw wrongToken()
    next()
  }
}

type Report = z.output<typeof retrainRoutes.reportRetrain.body>

const PIPELINE = 'pipeline'

/**
 * Takes the word of a pipeline that has shown its token. Nothing is recorded of a success whose baseline cannot be made,
 * so that it can be reported again; and a success that is reported again makes a baseline that a crash has prevented.
 */
export async function reportOn(
  context: ApiContext,
  id: string,
  { status, version, message, baseline }: Report,
  requestId: string,
): Promise<Retrain> {
  const { store, clock } = context
  const found = await readRetrain(store, id)
  if (found === undefined) throw wrongToken()
  const wanted =
    baseline === undefined || found.state.baseline !== undefined
      ? undefined
      : await findNewBaseline(context, found, version!, baseline)
  const step: Step = { type: status, by: PIPELINE, comment: message, version, at: clock(), requestId }
  const outcome = await recordStep(store, id, step)
  if (outcome.outcome === 'unknown') throw wrongToken()
  if (outcome.outcome === 'conflict')
    throw new Problem(
      409,
      'Conflict',
      `"${status}" was not recorded: ${outcome.reason}. Do not report on it again.`,
    )
  if (wanted === undefined) return outcome.retrain
  return activateNewBaseline(context, outcome.retrain, wanted, { by: PIPELINE, requestId })
}

/** Each hash is compared, however early one fits, so that the time taken tells nothing. */
function isTokenOf({ state }: Retrain, token: string): boolean {
  const digest = digestOf(token)
  return state.tokenHashes.filter((hash) => timingSafeEqual(Buffer.from(hash, 'hex'), digest)).length > 0
}

/** The same whether the request or the token is wrong, so that nobody learns which requests there are. */
function wrongToken(): Problem {
  return new Problem(
    401,
    'Token required',
    'Send the token from "callback" of the retraining request, as "Authorization: Bearer TOKEN".',
  )
}
