import { z } from 'zod'
import {
  requestManually,
  resumeRetrain,
  toRetrainRequest,
  type ManualRequest,
} from '../../../alerts/retraining/manual-request.ts'
import { readWaits } from '../../../alerts/retraining/read-waits.ts'
import { recordStep, type Step, type StepOutcome } from '../../../alerts/retraining/record.ts'
import { readRetrain, readRetrains, type Retrain } from '../../../alerts/retraining/retrain.ts'
import { readTraining } from '../../../alerts/retraining/follow-alerts.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import type { Monitor } from '../../../control/declared/monitor.ts'
import { findChangeStart } from '../../../detectors/change-start/find-change-start.ts'
import { chosenReference } from '../../../detectors/run/run.ts'
import { newestEnd } from '../../../detectors/run/schedule.ts'
import { isWaiting } from '../../../control/alerting/retrain-state.ts'
import { findAlertEvents } from '../../../control/alerting/alert-events.ts'
import { channels } from '../../../control/declared/channel.ts'
import { actorOf, shownTo } from '../../access.ts'
import { toCall, toRetrain, toRetrainDetail, type RetrainOutlook } from '../../answers/retrain.ts'
import { monitorOr404, type ApiContext } from '../../context.ts'
import type { retrainRoutes } from '../../contract/alerting/retrains.ts'
import { pageOfAll } from '../../paging.ts'
import { notFound, Problem } from '../../problem.ts'
import { readPendingBaseline } from '../../retrain-plan.ts'
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
  /** What each waits for is read at once. */
  const outlooks = async (all: readonly Retrain[]): Promise<RetrainOutlook[]> => {
    const now = clock()
    const waits = await readWaits(store, all, now)
    return Promise.all(
      all.map(async (one) => ({
        waits: waits.get(one.request.id),
        pending: await readPendingBaseline(context, one, now),
      })),
    )
  }
  const shownAll = async (all: readonly Retrain[]) => {
    const known = await outlooks(all)
    return all.map((one, i) => toRetrain(one, known[i]))
  }
  const shown = async (one: Retrain) => (await shownAll([one]))[0]
  const decided = async (id: string, outcome: StepOutcome) => ({
    status: 200 as const,
    body: await shown(appliedOr409(id, outcome)),
  })
  return {
    async listRetrains({ query: { status, limit, cursor, ...filter } }) {
      const all = (await readRetrains(store, filter)).filter(
        ({ state }) => status === undefined || state.status === status,
      )
      const { items, next_cursor } = pageOfAll(all, { limit, cursor }, position, positionOf)
      return { status: 200, body: { retrains: await shownAll(items), next_cursor } }
    },
    async getRetrain({ params, response }) {
      const retrain = await readRetrain(store, params.retrain)
      if (retrain === undefined) throw unknownRetrain(params.retrain)
      const target = await channels.find(store.control, retrain.request.target)
      const [outlook] = await outlooks([retrain])
      const { call, ...detail } = toRetrainDetail(retrain, outlook, target, context.publicUrl(), clock())
      const masked = call && { ...call, url: shownTo(response, call.url) }
      return { status: 200, body: { ...detail, call: masked } }
    },
    async requestRetrain({ body: { dry_run, comment, ...from }, response }) {
      const manual = await manualRequestOf(context, from)
      if (dry_run) return { status: 200, body: await preview(context, manual) }
      const outcome = await requestManually(store, manual, personOf(response, comment))
      if (outcome.outcome === 'created') return { status: 201, body: await shown(outcome.retrain) }
      const { request, state } = outcome.other
      throw new Problem(
        409,
        'Conflict',
        isWaiting(state.status)
          ? `The retraining ${request.id} of the model is waiting already: approve it to send it now, or cancel it.`
          : `The retraining ${request.id} of the model is in progress: wait for it to end, or cancel it.`,
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
      return { status: 200, body: await shown(await reportOn(context, params.retrain, body, requestId)) }
    },
  }
}

function personOf(response: Decide['response'], comment: string) {
  return { by: actorOf(response), comment, requestId: response.locals.requestId as string }
}

const unknownRetrain = (id: string) => notFound(`retraining ${id}`)

/** Two people who decide the same are both right; the second one's word changes nothing, and is told so. */
function appliedOr409(id: string, outcome: StepOutcome): Retrain {
  if (outcome.outcome === 'unknown') throw unknownRetrain(id)
  if (outcome.outcome === 'applied') return outcome.retrain
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
  if (event === undefined) return { monitor, policy, now, reason: { windowEnd: newestEnd(monitor, now) } }
  const training = await readTraining(store, monitor, event, (one) => changeOf(context, monitor, one))
  return { monitor, policy, now, reason: { event, training } }
}

/** When the drift of an alert began, by the data of the model where they are still there. */
async function changeOf({ store, models }: ApiContext, monitor: Monitor, event: AlertEvent) {
  const model = await models.find(monitor.model)
  const reference = model && (await chosenReference(store, model, monitor))
  if (model === undefined || reference === undefined) return undefined
  return findChangeStart({ store, model, monitor, end: event.windowEnd }, reference, event)
}

async function preview({ store, publicUrl, clock }: ApiContext, manual: ManualRequest) {
  const { target } = manual.policy
  const channel = await channels.find(store.control, target)
  const call = channel && toCall(toRetrainRequest(manual), channel, publicUrl(), clock())
  if (call == null)
    throw new Problem(422, 'No target', `There is no channel "${target}" that can request a retraining.`)
  return call
}
