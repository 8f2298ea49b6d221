import type { Store } from '../../store/engine/client.ts'
import {
  findRetrain,
  listRetrains,
  type RetrainFilter,
  type StoredRetrain,
} from '../../control/alerting/retrains.ts'
import { retrainStateAfter, type RetrainState } from '../../control/alerting/retrain-state.ts'

/** A request, what happened to it, and where it stands. */
export interface Retrain extends StoredRetrain {
  state: RetrainState
}

/** Requests, newest first. */
export async function readRetrains(store: Store, filter: RetrainFilter = {}): Promise<Retrain[]> {
  return (await listRetrains(store.control, filter)).flatMap(standing)
}

export async function readRetrain(store: Store, id: string): Promise<Retrain | undefined> {
  const found = await findRetrain(store.control, id)
  return found && standing(found)[0]
}

/** Nothing of a request whose first event was not written: a crash came between, and it is made again. */
function standing(stored: StoredRetrain): Retrain[] {
  const state = retrainStateAfter(stored.events)
  return state === undefined ? [] : [{ ...stored, state }]
}
