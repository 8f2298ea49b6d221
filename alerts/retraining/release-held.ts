import type { Store } from '../../store/engine/client.ts'
import { isUnderWay } from '../../control/alerting/retrain-state.ts'
import { dataProblemOf } from './data-problem.ts'
import { recordStep } from './record.ts'
import { readRetrains } from './retrain.ts'

export interface ReleaseRequest {
  store: Store
  clock: () => Date
  /** Whether requests of a monitor wait, because newer events of it are about to come. */
  isHeld?: (monitor: string) => boolean
}

/**
 * Lets the requests go on that a data problem held back and that has ended since, unless another retraining of the model
 * is in progress.
 * @returns how many
 */
export async function releaseHeld({ store, clock, isHeld = () => false }: ReleaseRequest): Promise<number> {
  const all = await readRetrains(store)
  let released = 0
  for (const { request, state } of all) {
    if (state.status !== 'held' || isHeld(request.monitor)) continue
    const isBusy = all.some((one) => one.request.model === request.model && isUnderWay(one.state.status))
    if (isBusy || (await dataProblemOf(store, request.model)) !== undefined) continue
    const step = { type: 'released', by: 'driftgauge', comment: 'the data problem has ended' } as const
    const { outcome } = await recordStep(store, request.id, { ...step, at: clock() })
    if (outcome === 'applied') released++
  }
  return released
}
