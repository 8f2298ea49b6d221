import { isWaiting } from '../../control/alerting/retrain-state.ts'
import { monitors } from '../../control/declared/monitor.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import type { Store } from '../../store/engine/client.ts'
import { dataProblemOf, type DataProblem } from './data-problem.ts'
import { readRetrains, type Retrain } from './retrain.ts'
import { waitsFor, type OtherRetrain, type Wait } from './waits.ts'

export const toOther = ({ request, state }: Retrain): OtherRetrain => ({
  id: request.id,
  callbackWithin: request.callbackWithin,
  status: state.status,
  since: state.since,
  requestedAt: state.requestedAt,
  attempts: state.attempts,
})

/** The limits that a request keeps; those of a policy are not for people. */
export function limitsOf({ events }: Retrain, policy: RetrainPolicy | undefined): RetrainPolicy | undefined {
  return isAutomatic(events[0].by) ? policy : undefined
}

/** By who made it: a monitor, as it is written with the first event. */
export const isAutomatic = (by: string) => by.startsWith('monitor ')

/** What requests wait for now, by id; only those that wait are in it. */
export async function readWaits(
  store: Store,
  among: readonly Retrain[],
  now: Date,
): Promise<Map<string, Wait[]>> {
  const waits = new Map<string, Wait[]>()
  const waiting = among.filter(({ state }) => isWaiting(state.status))
  for (const model of new Set(waiting.map(({ request }) => request.model))) {
    const problem = await dataProblemOf(store, model)
    const all = await readRetrains(store, { model })
    for (const retrain of waiting.filter(({ request }) => request.model === model)) {
      const policy = (await monitors.find(store.control, retrain.request.monitor))?.retrain
      waits.set(retrain.request.id, waitsOf(retrain, { all, problem, policy, now }))
    }
  }
  return waits
}

/** What a request that waits waits for. Pure. */
export function waitsOf(
  retrain: Retrain,
  {
    all,
    problem,
    policy,
    now,
  }: {
    all: readonly Retrain[]
    problem: DataProblem | undefined
    policy: RetrainPolicy | undefined
    now: Date
  },
): Wait[] {
  if (retrain.state.status === 'awaiting_approval') return [{ for: 'approval', problem }]
  const others = all.filter(({ request }) => request.id !== retrain.request.id).map(toOther)
  const broken: Wait[] = problem === undefined ? [] : [{ for: 'data_problem', problem }]
  return [...waitsFor(limitsOf(retrain, policy), others, now), ...broken]
}
