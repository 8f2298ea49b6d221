import { z } from 'zod'
import {
  requestManually,
  resumeRetrain,
  toRetrainRequest,
  type ManualRequest,
} from '../../../alerts/retraining/manual-request.ts'
import { recordStep, type Step, type StepOutcome } from '../../../alerts/retraining/record.ts'
import { readRetrain, readRetrains, type Retrain } from '../../../alerts/retraining/retrain.ts'
import { newestEnd } from '../../../detectors/run/schedule.ts'
import { findAlertEvents } from '../../../control/alerting/alert-events.ts'
import { channels } from '../../../control/declared/channel.ts'
import { actorOf, shownTo } from '../../access.ts'
import { toCall, toRetrain, toRetrainDetail } from '../../answers/retrain.ts'
import { monitorOr404, type ApiContext } from '../../context.ts'
import type { retrainRoutes } from '../../contract/alerting/retrains.ts'
import { pageOfAll } from '../../paging.ts'
import { notFound, Problem } from '../../problem.ts'
import { reportOn } from '../../retrain-report.ts'
import type { HandlersOf, Input } from '../../router.ts'

type Decide = Input<typeof retrainRoutes.approveRetrain>
/** Newest first, so times are negative. */
const position = z.tuple([z.number(), z.string()])
const positionOf = ({ request }: Retrain): [number, string] => [-request.createdAt.getTime(), request.id]

/** Requests for retraining: what became of them, and what people decide. */
export const retrainHandlers: HandlersOf<typeof retrainRoutes> = (context) => {
  const { store, clock } = context
  const stepOf = <Type extends Step['type']>({ body, response }: Decide, type: Type) => ({
    ...personOf(response, body.comment),
    type,
    at: clock(),
  })
  return {
    async listRetrains({ query: { status, limit, cursor, ...filter } }) {
      const all = (await readRetrains(store, filter)).filter(
        ({ state }) => status === undefined || state.status === status,
      )
      const { items, next_cursor } = pageOfAll(all, { limit, cursor }, position, positionOf)
      return { status: 200, body: { retrains: items.map(toRetrain), next_cursor } }
    },
    async getRetrain({ params, response }) {
      const retrain = await readRetrain(store, params.retrain)
      if (retrain === undefined) throw unknownRetrain(params.retrain)
      const target = await channels.find(store.control, retrain.request.target)
      const { call, ...detail } = toRetrainDetail(retrain, target, context.publicUrl(), clock())
      const shown = call && { ...call, url: shownTo(response, call.url) }
      return { status: 200, body: { ...detail, call: shown } }
    },
    async requestRetrain({ body: { dry_run, comment, ...from }, response }) {
      const manual = await manualRequestOf(context, from)
      if (dry_run) return { status: 200, body: await preview(context, manual) }
      const outcome = await requestManually(store, manual, personOf(response, comment))
      if (outcome.outcome === 'created') return { status: 201, body: toRetrain(outcome.retrain) }
      const { id } = outcome.other.request
      throw new Problem(
        409,
        'Conflict',
        `The retraining ${id} of the model is in progress: wait for it to end, or cancel it.`,
      )
    },
    async approveRetrain(input) {
      const { retrain } = input.params
      return decided(retrain, await resumeRetrain(store, retrain, stepOf(input, 'approved')))
    },
    async rejectRetrain(input) {
      const { retrain } = input.params
      return decided(retrain, await recordStep(store, retrain, stepOf(input, 'rejected')))
    },
    async cancelRetrain(input) {
      const { retrain } = input.params
      return decided(retrain, await recordStep(store, retrain, stepOf(input, 'cancelled')))
    },
    async replayRetrain(input) {
      const { retrain } = input.params
      return decided(retrain, await resumeRetrain(store, retrain, stepOf(input, 'replayed')))
    },
    async reportRetrain({ params, body, response }) {
      const requestId = response.locals.requestId as string
      return { status: 200, body: toRetrain(await reportOn(context, params.retrain, body, requestId)) }
    },
  }
}

function personOf(response: Decide['response'], comment: string) {
  return { by: actorOf(response), comment, requestId: response.locals.requestId as string }
}

const unknownRetrain = (id: string) => notFound(`retraining ${id}`)

/** Two people who decide the same are both right; the second one's word changes nothing, and is told so. */
function decided(id: string, outcome: StepOutcome): { status: 200; body: ReturnType<typeof toRetrain> } {
  if (outcome.outcome === 'unknown') throw unknownRetrain(id)
  if (outcome.outcome === 'applied') return { status: 200, body: toRetrain(outcome.retrain) }
  const { state, events } = outcome.retrain
  const reason = outcome.outcome === 'conflict' ? outcome.reason : `it is already ${state.status}`
  const last = events.findLast(({ type }) => PERSONS.some((one) => one === type))
  const who = last === undefined ? '' : ` Last decision: ${last.type}, by ${last.by}.`
  throw new Problem(409, 'Conflict', `The retraining does not allow this: ${reason}.${who}`)
}

const PERSONS = ['approved', 'rejected', 'cancelled', 'replayed'] as const

async function manualRequestOf(
  context: ApiContext,
  from: { alert?: string; monitor?: string },
): Promise<ManualRequest> {
  const { store, clock } = context
  const [event] = from.alert === undefined ? [] : await findAlertEvents(store.control, [from.alert])
  if (from.alert !== undefined && event?.scope !== 'alert') throw notFound(`alert ${from.alert}`)
  const monitor = await monitorOr404(context, from.monitor ?? event.monitor)
  const policy = monitor.retrain
  if (policy === undefined)
    throw new Problem(
      422,
      'No target',
      `The monitor "${monitor.name}" has no retraining target: add "retrain" with a target, the name of a channel.`,
    )
  const now = clock()
  return { monitor, policy, now, reason: event ? { event } : { windowEnd: newestEnd(monitor, now) } }
}

async function preview({ store, publicUrl, clock }: ApiContext, manual: ManualRequest) {
  const { target } = manual.policy
  const channel = await channels.find(store.control, target)
  const call = channel && toCall(toRetrainRequest(manual), channel, publicUrl(), clock())
  if (call == null)
    throw new Problem(422, 'No target', `There is no channel "${target}" that can request a retraining.`)
  return call
}
