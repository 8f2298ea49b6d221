import type { Store } from '../../store/engine/client.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { dataProblemOf, type DataProblem } from './data-problem.ts'
import { inTurn } from './in-turn.ts'
import { isAutomatic, waitsOf } from './read-waits.ts'
import { takeStep, type Step } from './record.ts'
import { readRetrains, type Retrain } from './retrain.ts'
import { waitSentence, type Wait } from './waits.ts'
import { firingAlerts, isOverFor } from './withdraw.ts'

export interface ReleaseRequest {
  store: Store
  clock: () => Date
  /** Whether requests of a monitor wait, because newer events of it are about to come. */
  isHeld?: (monitor: string) => boolean
}

/**
 * Lets the requests go on, oldest first, that waited for a data problem to end, for another retraining or for the time
 * after it; notes what they wait for next where that is something else; and cancels those whose alerts have resolved
 * meanwhile.
 * @returns how many steps were recorded
 */
export async function releaseWaiting({
  store,
  clock,
  isHeld = () => false,
}: ReleaseRequest): Promise<number> {
  const waiting = (await readRetrains(store)).filter(isDelayed).toReversed()
  let steps = 0
  for (const { request } of waiting) {
    if (isHeld(request.monitor)) continue
    steps += await inTurn(() => goOn(store, request.id, request.model, clock()))
  }
  return steps
}

const isDelayed = ({ state }: Retrain) => state.status === 'held' || state.status === 'deferred'

async function goOn(store: Store, id: string, model: string, at: Date): Promise<number> {
  const all = await readRetrains(store, { model })
  const retrain = all.find(({ request }) => request.id === id)
  if (retrain === undefined || !isDelayed(retrain)) return 0
  const policy = (await monitors.find(store.control, retrain.request.monitor))?.retrain
  const problem = await dataProblemOf(store, model)
  const step = nextStep(retrain, {
    isOver: isAutomatic(retrain.events[0].by) && isOverFor(retrain, await firingAlerts(store, model)),
    hasPolicy: policy !== undefined && !policy.dry_run,
    waits: waitsOf(retrain, { all, problem, policy, now: at }),
    problem,
  })
  if (step === undefined) return 0
  const { outcome } = await takeStep(store, id, { ...step, by: 'driftgauge', at })
  return outcome === 'applied' ? 1 : 0
}

export interface Situation {
  /** Whether none of its alerts fires any longer. */
  isOver: boolean
  /** Whether the monitor that made it still asks for retrainings. */
  hasPolicy: boolean
  waits: readonly Wait[]
  problem: DataProblem | undefined
}

/** What happens next to a request that waits for no person; undefined where it goes on to wait. Pure. */
export function nextStep(
  { state: { status }, events }: Pick<Retrain, 'state' | 'events'>,
  { isOver, hasPolicy, waits, problem }: Situation,
): Pick<Step, 'type' | 'comment'> | undefined {
  if (isOver) return { type: 'cancelled', comment: 'no alert of it is firing any longer' }
  if (!hasPolicy && isAutomatic(events[0].by))
    return { type: 'cancelled', comment: 'the monitor no longer requests retrainings' }
  if (waits.length === 0) return { type: 'released', comment: `it no longer ${WAITED[status] ?? 'waits'}` }
  const comment = waitSentence(waits)
  if (status === 'held' && problem === undefined) return { type: 'deferred', comment }
  const isOnlyBroken = waits.every((wait) => wait.for === 'data_problem')
  return status === 'deferred' && isOnlyBroken ? { type: 'held', comment } : undefined
}

const WAITED: Partial<Record<Retrain['state']['status'], string>> = {
  held: 'waits for a data problem to end',
  deferred: 'waits for another retraining',
}
